from odoo import api, models


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def _get_procurements_to_merge_groupby(self, procurement):
        # What is bought for one ticket's line stays apart from what is for another's.
        return super()._get_procurements_to_merge_groupby(procurement) + (
            procurement.values.get("aftersales_for_line_id"),
        )
