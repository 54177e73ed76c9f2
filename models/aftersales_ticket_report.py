from base64 import b64encode

from odoo import fields, models
from odoo.tools import get_lang
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

# Who is sent a bill; the other payers' lines are printed as covered.
BILLED_PAYERS = ("customer", "insurer")
IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
PHOTO_SIZE = (640, 480)


class AftersalesTicket(models.Model):
    """What the printed forms ask a ticket for."""

    _inherit = "aftersales.ticket"

    photo_ids = fields.Many2many(
        "ir.attachment",
        string="Photos",
        compute="_compute_photo_ids",
        help="Pictures attached to the ticket, oldest first (R-DIAG-01).",
    )

    def _compute_photo_ids(self):
        photos = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("res_field", "=", False),
                ("mimetype", "in", IMAGE_TYPES),
            ],
            order="id",
        )
        by_ticket = photos.grouped("res_id")
        for ticket in self:
            ticket.photo_ids = by_ticket.get(ticket._origin.id, photos.browse())

    def _get_report_lang(self):
        """Return the code of the language this ticket's customer reads.

        An empty form is printed in the reader's own.
        """
        self.ensure_one()
        company = self.company_id.sudo()
        lang = self.partner_id.lang or (self.id and company.partner_id.lang)
        return get_lang(self.env, lang or False).code

    def _get_report_photos(self, limit=6):
        """Return the first pictures of the ticket as data URIs, scaled for print."""
        self.ensure_one()
        uris = []
        for photo in self.photo_ids[:limit]:
            raw = image_process(photo.raw, size=PHOTO_SIZE)
            uris.append(f"data:{guess_mimetype(raw)};base64,{b64encode(raw).decode()}")
        return uris

    def _get_report_consent(self):
        """Return ``by``, ``at`` and ``image`` of the customer's consent (R-SIGN-01).

        The image is what was signed on the portal by that person, else empty.
        """
        self.ensure_one()
        # sudo: the paper shows who signed to everybody who may print it
        signed = self.sudo().order_ids.filtered(
            lambda order: order.signature and order.signed_by == self.consent_by
        )
        return {
            "by": self.consent_by,
            "at": self.consent_at,
            "image": signed[:1].signature if self.consent_by else False,
        }

    def _get_report_handover(self):
        """Return ``by``, ``at`` and ``image`` of who received the vehicle, if done."""
        self.ensure_one()
        handover = self.handover_ids.filtered(lambda handover: handover.state == "done")
        return {
            "by": handover.received_by,
            "at": handover.handed_over_at,
            "image": handover.signature,
        }

    def _get_report_totals(self):
        """Return what each billed payer has to pay, as far as it is not refused.

        :return: list of dicts ``payer`` (label), ``untaxed``, ``tax``, ``total``,
            in the currency of the ticket
        """
        self.ensure_one()
        labels = dict(self.line_ids._fields["payer"]._description_selection(self.env))
        totals = []
        for payer in BILLED_PAYERS:
            lines = self.line_ids.filtered(
                lambda line, payer=payer: (
                    line.payer == payer
                    and line.approval in ("proposed", "approved")
                    and not line._is_brought()
                )
            )
            if not lines:
                continue
            untaxed = sum(lines.mapped("price_subtotal"))
            total = sum(lines.mapped("price_total"))
            totals.append(
                {
                    "payer": labels[payer],
                    "untaxed": untaxed,
                    "tax": total - untaxed,
                    "total": total,
                }
            )
        return totals

    def _get_report_requisition(self):
        """Return the agreed lines whose part comes from the store (F26)."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: line._is_own_part() and line.approval == "approved"
        )

    def _get_report_release(self):
        """Return what Finance signed on the issue slips of this ticket (R-PART-02).

        :return: dict ``by`` (who, and in which case), ``at`` (the last time)
        """
        self.ensure_one()
        words = {
            "warranty": self.env._("warranty"),
            "paid": self.env._("payment received"),
            "credit": self.env._("unpaid"),
            "internal": self.env._("own cost"),
        }
        slips = self.picking_ids.filtered(
            lambda slip: slip.aftersales_kind == "issue" and slip.aftersales_released_by
        )
        signed = {
            f"{slip.aftersales_released_by.name}: "
            f"{words.get(slip.aftersales_release_basis, '')}"
            for slip in slips
        }
        return {
            "by": ", ".join(sorted(signed)),
            "at": max(slips.mapped("aftersales_released_at"), default=False),
        }

    def _get_report_old_parts(self, state):
        """Return who dealt with the old parts of this ticket.

        :param state: ``received`` (the warehouse) or ``waived`` (Finance)
        :return: dict ``by``, ``at`` (the last time)
        """
        self.ensure_one()
        items = self.part_return_ids.filtered(lambda item: item.state == state)
        return {
            "by": ", ".join(sorted(set(items.mapped(f"{state}_by_id.name")))),
            "at": max(filter(None, items.mapped(f"{state}_at")), default=False),
        }

    def _get_settled_lines(self):
        """Return the agreed lines: all work and all parts (R-SETT-05)."""
        return self.line_ids.filtered(lambda line: line.approval == "approved")

    def _get_report_undone(self):
        """Return in words what the customer did not want, or not now (R-SETT-15)."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.approval in ("declined", "deferred")
        )
        # sudo: the names of what was recommended, for who may print the sheet
        kept = self.env["aftersales.vehicle.recommendation"].sudo()
        kept = kept.search([("ticket_id", "=", self.id), ("state", "=", "open")])
        names = lines.mapped("name") + kept.mapped("name")
        return list(dict.fromkeys(names))
