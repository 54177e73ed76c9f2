from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Name the operation types of parts in a language that comes in later.

        Warehouses make them by code, so no file of translations knows them.
        """
        result = super()._load_module_terms(modules, langs, overwrite)
        if "aftersales" in modules:
            self.env["stock.warehouse"]._translate_aftersales_types()
        return result
