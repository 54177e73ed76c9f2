from odoo import fields, models
from odoo.exceptions import LockError, UserError


class AftersalesWarrantyClaim(models.Model):
    """The way of a claim: submitted, answered line by line, cancelled (R-WAR-08)."""

    _inherit = "aftersales.warranty.claim"

    def _check_state(self, *states):
        """Raise UserError unless these claims are in one of ``states``; lock them."""
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Claim %(claim)s is being worked on by somebody else at this "
                    "moment. Look at it again before you go on.",
                    claim=", ".join(self.mapped("name")),
                )
            ) from error
        labels = dict(self._fields["state"]._description_selection(self.env))
        for claim in self:
            if claim.state not in states:
                raise UserError(
                    self.env._(
                        "Claim %(claim)s is %(state)s; this step is taken from "
                        "%(expected)s.",
                        claim=claim.name,
                        state=labels[claim.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )

    def _check_role(self, *roles):
        """Raise AccessError unless the user has one of ``roles`` and sees them."""
        self.check_access("read")
        self.ticket_id._check_role(*roles)

    def _check_may_answer(self):
        """Check that the user may enter the answer to this claim.

        A maker's or supplier's answer is entered by the claims clerk. What we bear
        ourselves is finally determined by manager or quality, not by the submitter.

        :raises AccessError: by anybody else
        :raises UserError: by who submitted it, or in another state
        """
        self.ensure_one()
        own = self.kind == "own"
        self._check_role(*(("quality",) if own else ("claims_clerk",)))
        self._check_state("submitted")
        if own and self.submitted_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "Claim %(claim)s: you submitted it yourself. Another manager or "
                    "quality engineer decides on it.",
                    claim=self.name,
                )
            )

    # -- Steps -------------------------------------------------------------------------

    def action_submit(self):
        """Submit these claims, or submit again what was sent back (R-BEY-09).

        :raises UserError: naming everything that is missing, and what to do about it
        """
        self._check_role("claims_clerk")
        self._check_state("draft")
        problems = [
            f"{claim.name}: {problem}"
            for claim, found in self._get_problems().items()
            for problem in found
        ]
        if problems:
            raise UserError(
                self.env._(
                    "Before it is submitted:\n%(problems)s",
                    problems="\n".join(f"- {problem}" for problem in problems),
                )
            )
        # sudo: stamps are not editable; role, state and content are checked above
        claims = self.sudo()
        claims.line_ids.filtered(lambda line: line.answer == "back").write(
            {"answer": False, "reason_id": False, "answer_note": False}
        )
        for claim in claims:
            claim.write(
                {
                    "state": "submitted",
                    "round": claim.round + 1,
                    "submitted_at": fields.Datetime.now(),
                    "submitted_by_id": self.env.uid,
                    "answered_at": False,
                    "answered_by_id": False,
                }
            )
        return True

    def action_approve_all(self):
        """Enter *approved in full* for each line that has no answer yet."""
        for claim in self:
            claim._check_may_answer()
            # sudo: role and state are checked above
            for line in claim.sudo().line_ids.filtered(lambda line: not line.answer):
                line.write(
                    {"answer": "approved", "amount_approved": line.amount_claimed}
                )
        return True

    def action_answer(self):
        """Close the answer: each line has one (R-WAR-08, R-BEY-09).

        What was sent back opens the claim again, to be corrected and submitted anew.

        :raises UserError: naming the lines without an answer
        """
        for claim in self:
            claim._check_may_answer()
            waiting = claim.line_ids.filtered(lambda line: not line.answer)
            if waiting:
                raise UserError(
                    self.env._(
                        "Claim %(claim)s: enter the answer of each line first: "
                        "%(lines)s.",
                        claim=claim.name,
                        lines=", ".join(waiting.ticket_line_id.mapped("name")),
                    )
                )
            # sudo: stamps are not editable; role, state and answers are checked above
            claim.sudo()._close_answer()
        return True

    def _close_answer(self):
        """Write the stamps of the answer, and keep it in the log (in sudo)."""
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: not line.first_answer):
            line.first_answer = line.answer
        back = self.line_ids.filtered(lambda line: line.answer == "back")
        self.write(
            {
                "state": "draft" if back else "answered",
                "answered_at": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
            }
        )
        labels = dict(self.line_ids._fields["answer"]._description_selection(self.env))
        texts = [
            " ".join(
                filter(
                    None,
                    [
                        f"{line.ticket_line_id.name}: {labels[line.answer]}",
                        line.reason_id.name,
                        line.answer_note,
                    ],
                )
            )
            for line in self.line_ids
        ]
        self._message_log(
            body=self.env._(
                "Answer to submission %(round)s. %(lines)s",
                round=self.round,
                lines="; ".join(texts),
            )
        )

    def action_cancel(self):
        """Take a claim back; its lines may be claimed anew.

        :raises UserError: once it is answered
        """
        self._check_role("claims_clerk")
        self._check_state("draft", "submitted")
        # sudo: the state is not editable; role and state are checked above
        self.sudo().write({"state": "cancelled"})
        return True

    def action_send(self):
        """Open the mail to the maker or supplier, with the claim sheet (R-WAR-09).

        :raises UserError: when we bear it ourselves
        """
        self.ensure_one()
        self._check_role("claims_clerk")
        if not self.provider_id:
            raise UserError(
                self.env._(
                    "Claim %(claim)s is borne by ourselves; there is nobody to send "
                    "it to.",
                    claim=self.name,
                )
            )
        template = self.env.ref("aftersales.mail_template_claim")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the claim"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "force_email": True,
            },
        }

    # -- On to the supplier ------------------------------------------------------------

    def _get_uplift(self):
        """Return what is added to our cost, in percent: the supplier's, else ours."""
        self.ensure_one()
        return (
            self.provider_id.commercial_partner_id.aftersales_claim_uplift
            or self.company_id.aftersales_claim_uplift
        )

    def _get_lines_by_supplier(self):
        """Return the lines by the supplier of their causal part, as purchase data say.

        :return: {res.partner: lines}; the empty partner for parts without supplier
        """
        self.ensure_one()
        found = {}
        for line in self.line_ids:
            part = line.causal_product_id or self.causal_product_id
            sellers = part.seller_ids.filtered(
                lambda seller: seller.company_id.id in (False, self.company_id.id)
            )
            supplier = sellers[:1].partner_id
            found[supplier] = found.get(supplier, line.browse()) | line
        return found

    def action_recover(self):
        """Claim the cost of this claim from the suppliers of its causal parts.

        One recovery for each supplier; its lines at our cost with his uplift.

        :return: action that opens the recoveries
        :raises UserError: without a causal part that has a supplier
        """
        self.ensure_one()
        self._check_role("claims_clerk")
        self._check_state("submitted", "answered", "settled")
        found = self.recovery_ids.filtered(lambda claim: claim.state != "cancelled")
        if found:
            return found._get_records_action(name=self.env._("Recoveries"))
        if self.kind == "supplier":
            raise UserError(
                self.env._("Claim %(claim)s is a recovery already.", claim=self.name)
            )
        # sudo: suppliers are purchase data that clerks need not read, and claims are
        # made by steps only; role and state are checked above
        claim = self.sudo()
        by_supplier = claim._get_lines_by_supplier()
        by_supplier.pop(self.env["res.partner"], None)
        if not by_supplier:
            raise UserError(
                self.env._(
                    "Claim %(claim)s: the causal part %(part)s has no supplier. Enter "
                    "one on the product, page Purchase.",
                    claim=self.name,
                    part=self.causal_product_id.display_name or "-",
                )
            )
        recoveries = claim.create(
            [claim._prepare_recovery_vals(supplier) for supplier in by_supplier]
        )
        claim.line_ids.create(
            [
                {
                    "claim_id": recovery.id,
                    "ticket_line_id": line.ticket_line_id.id,
                    "causal_product_id": line.causal_product_id.id,
                }
                for recovery in recoveries
                for line in by_supplier[recovery.provider_id]
            ]
        )
        return recoveries.with_env(self.env)._get_records_action(
            name=self.env._("Recoveries")
        )

    def _prepare_recovery_vals(self, supplier):
        """Return the values of the claim that recovers this one from ``supplier``."""
        self.ensure_one()
        return {
            "ticket_id": self.ticket_id.id,
            "kind": "supplier",
            "parent_id": self.id,
            "provider_id": supplier.id,
            "category": self.category,
            "liability": "supplier",
            "causal_product_id": self.causal_product_id.id,
            "complaint": self.complaint,
            "cause": self.cause,
            "correction": self.correction,
            "user_id": self.env.uid,
        }

    def action_view_recoveries(self):
        """Open what was claimed from suppliers for this claim (smart button)."""
        self.ensure_one()
        return self.recovery_ids._get_records_action(name=self.env._("Recoveries"))

    def action_open_parent(self):
        """Open the claim that this one recovers."""
        self.ensure_one()
        return self.parent_id._get_records_action()
