import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class MergePartnerAutomatic(models.TransientModel):
    """Contacts are merged without losing a document of after-sales.

    Odoo deletes what cannot name the contact that stays, such as the second of two
    statements of one month. Where that would take a document away, nothing is merged.
    What is frozen names the contact that stays, and says what it said.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # What is written already must not be lost with the savepoint's caches.
        self.env.flush_all()
        documents = self._aftersales_get_documents(src_partners)
        gone = documents
        try:
            with self.env.cr.savepoint():
                # Taken back with the savepoint, too.
                self._aftersales_set_merging("on")
                result = super()._update_foreign_keys(src_partners, dst_partner)
                self.env.invalidate_all()
                gone = [records - records.exists() for records in documents]
                if any(gone):
                    raise DocumentLost
        except (DocumentLost, psycopg2.IntegrityError) as error:
            self.env.invalidate_all(flush=False)
            raise self._aftersales_merge_error(
                src_partners | dst_partner, gone
            ) from error
        self._aftersales_set_merging("off")
        return result

    @api.model
    def _aftersales_set_merging(self, value):
        """Let the triggers of frozen documents know, in this transaction only."""
        self.env.cr.execute(
            SQL("SELECT set_config('aftersales.merging', %s, true)", value)
        )

    @api.model
    def _aftersales_get_documents(self, partners):
        """Return what names these contacts: a recordset of each model (in sudo)."""
        models_of = {
            model._table: name
            for name, model in self.env.registry.items()
            if name.startswith("aftersales.") and model._auto and not model._transient
        }
        found = {}
        for table, column in self._get_fk_on("res_partner"):
            if table not in models_of:
                continue
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE %s IN %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    tuple(partners.ids),
                )
            )
            # sudo: whoever merges contacts need not see what names them
            records = self.env[models_of[table]].sudo().browse(id_ for (id_,) in rows)
            found[table] = found.get(table, records) | records
        return [records for records in found.values() if records]

    @api.model
    def _aftersales_merge_error(self, partners, documents):
        """Say which documents keep these contacts from being merged."""
        names = [
            record.display_name
            for records in documents
            # Those with steps of their own; their items go with them.
            if hasattr(records, "_step_fields")
            for record in records
        ]
        return UserError(
            self.env._(
                "%(partners)s cannot become one contact: each has a document of its "
                "own for the same time (%(documents)s). Cancel one that is not agreed "
                "or credited yet, or make one contact a child of the other.",
                partners=", ".join(partners.mapped("name")),
                documents=", ".join(names[:10]),
            )
        )


class DocumentLost(Exception):
    """A document would be deleted with the contact."""
