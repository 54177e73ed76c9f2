import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import file_open

# What a ticket of each mode goes through, step by step; a tale stops where it stops.
STEPS = (
    "assign",
    "receive",
    "diagnose",
    "quote",
    "approve",
    "start",
    "request",
    "release",
    "issue",
    "finish",
    "inspect",
    "invoice",
    "pay",
    "deliver",
    "report_back",
    "close",
)


class AftersalesDemo(models.AbstractModel):
    """The demo data's story: people of every role work on their tickets.

    Each step is taken by the demo user of its role through the buttons' own methods,
    so that what a visitor sees is what the addon does.
    """

    _name = "aftersales.demo"
    _description = "After-Sales Demo Story"

    @api.model
    def _tell_story(self):
        """Play the tickets of the demo data. Called once, by the demo data."""
        self.env.ref("aftersales.product_diagnosis_fee").lst_price = 120.0
        self._quiet_the_bot()
        for tale in self._get_tales():
            self._play(**tale)
        self._make_overdue()

    @api.model
    def _quiet_the_bot(self):
        """Let no greeting of the chat's bot cover the visitor's first screen."""
        users = self.env["res.users"].search([("share", "=", False)])
        if "odoobot_state" in users._fields:
            users.odoobot_state = "disabled"

    @api.model
    def _get_signature(self):
        """Return the image with which every customer of the story signs."""
        with file_open("aftersales/static/img/demo_signature.png", "rb") as image:
            return base64.b64encode(image.read())

    def _user(self, role):
        return self.env.ref(f"aftersales.demo_user_{role}")

    def _play(
        self, vehicle, days, complaint, until, mode="workshop", lines=(), **options
    ):
        """Play one ticket up to the step ``until``.

        :param vehicle: number of the demo vehicle
        :param days: how many days ago it was reported
        :param until: a key of ``STEPS``, ``hold``, ``cancel``, or None: reported only
        :param options: ``channel``, ``triage``, ``ticket_type``, ``priority``,
            ``deposit`` (pay in advance), ``skip`` (steps left out), ``overdue`` (age of
            the invoice, days), ``promised`` (hours from now), ``lend`` (a part on loan
            at the end), ``faults`` (fault code), ``evidence`` (for the warranty)
        :return: the ticket
        """
        vehicle = self.env.ref(f"aftersales.demo_vehicle_{vehicle:02d}")
        technician = "technician_2" if mode == "onsite" else "technician"
        team = "field" if mode in ("onsite", "remote") else "workshop"
        reported = options.get("channel", "phone") == "phone"
        ticket = (
            self.env["aftersales.ticket"]
            .with_user(self._user("advisor"))
            .create(
                {
                    "vehicle_id": vehicle.id,
                    "partner_id": vehicle.partner_id.id,
                    "complaint": complaint,
                    "reported_at": fields.Datetime.now()
                    - timedelta(days=days, hours=days and 3),
                    "service_mode": mode,
                    "ticket_type": options.get("ticket_type", "repair"),
                    "channel": options.get("channel", "phone"),
                    "triage": options.get("triage"),
                    "priority": options.get("priority", "0"),
                    "technician_id": reported and self._user(technician).id,
                    "team_id": self.env.ref(f"aftersales.demo_team_{team}").id,
                    "odometer": self._get_odometer(vehicle, days),
                    "fault_code_ids": [
                        Command.set(self.env.ref(f"aftersales.{code}").ids)
                        for code in options.get("faults", ())
                    ],
                    "promised_at": options.get("promised")
                    and fields.Datetime.now() + timedelta(hours=options["promised"]),
                }
            )
        )
        if until in ("hold", "cancel"):
            if until == "hold":
                ticket.action_hold("parts")
            else:
                ticket.action_cancel(complaint)
            return ticket
        if until is None:
            return ticket
        if mode == "remote":
            ticket.write({"outcome": "guided", "correction": "Told how to preheat"})
            ticket.action_resolve_by_phone()
            return ticket
        for step in STEPS[: STEPS.index(until) + 1]:
            if step not in options.get("skip", ()):
                getattr(self, f"_step_{step}")(ticket, lines, options)
        if options.get("lend"):
            self._step_lend(ticket, lines, options)
        return ticket

    def _step_assign(self, ticket, lines, options):
        ticket.action_assign()

    def _step_diagnose(self, ticket, lines, options):
        technical = ticket.with_user(ticket.technician_id)
        technical.action_call_back()
        vals = {"cause": self.env._("Found at the first look; part worn out")}
        if ticket.service_mode == "workshop":
            vals["diagnosis_consent_by"] = ticket.partner_id.name
        elif ticket.service_mode == "onsite":
            vals.update(
                solution_kind="onsite",
                remote_attempt=self.env._("Codes read by phone; needs a look"),
                planned_at=fields.Datetime.now() + timedelta(hours=5),
            )
        else:
            vals["solution_kind"] = "parts"
        technical.write(vals)
        technical.action_diagnose()

    def _step_quote(self, ticket, lines, options):
        for xmlid, line_vals in lines:
            line_vals = dict(line_vals)
            on_credit = line_vals.pop("credit", False)
            line = (
                self.env["aftersales.ticket.line"]
                .with_user(self._user("advisor"))
                .create(
                    {
                        "ticket_id": ticket.id,
                        "product_id": self.env.ref(f"aftersales.{xmlid}").id,
                        **line_vals,
                    }
                )
            )
            if on_credit:
                # Nobody is made a guarantor by others.
                line.with_user(ticket.technician_id).write(
                    {
                        "release_basis": "credit",
                        "guarantor_id": ticket.technician_id.id,
                    }
                )
        if ticket.solution_kind == "parts":
            ticket.action_accept_disclaimer(ticket.partner_id.name)
        if ticket.promise_is_short:
            ticket.promise_reason = self.env._("Foreman agreed to work longer")
        ticket.action_quote()

    def _step_approve(self, ticket, lines, options):
        # sudo: the customer signs in the portal
        orders = ticket.sudo().order_ids.filtered(lambda o: o.state != "sale")
        for order in orders:
            order.write(
                {
                    "signed_by": order.partner_id.name,
                    "signed_on": fields.Datetime.now(),
                    "signature": self._get_signature(),
                }
            )
        orders.action_confirm()
        if ticket.state == "quoted":
            ticket._approve(ticket.partner_id.name, "phone")
        if options.get("deposit"):
            finance = ticket.with_user(self._user("finance"))
            finance.action_invoice_deposit(100)
            self._step_pay(ticket, lines, options)

    def _step_start(self, ticket, lines, options):
        if ticket.service_mode == "parts":
            return
        technical = ticket.with_user(ticket.technician_id)
        if ticket.service_mode == "onsite":
            technical.write(
                {
                    "visit_confirmed_by": ticket.partner_id.name,
                    "tools_needed": self.env._("Laptop, insulated tools"),
                    "is_packed": True,
                }
            )
            technical.action_set_out()
            technical.action_arrive()
        technical.action_start()

    def _step_request(self, ticket, lines, options):
        covered = ticket.with_user(ticket.technician_id).line_ids.filtered(
            lambda line: line.payer == "warranty" and line._is_own_part()
        )
        evidence = options.get("evidence") or self.env._("Bearing run dry, see photo")
        covered.write({"cause_evidence": evidence})
        covered.action_cause_none()
        ticket.with_user(ticket.technician_id).action_request_parts()

    def _step_release(self, ticket, lines, options):
        # sudo: only to find the slips
        for slip in ticket.sudo().picking_ids:
            slip.with_user(self._user("finance")).action_aftersales_release()

    def _step_issue(self, ticket, lines, options):
        # sudo: only to find the slips
        for slip in ticket.sudo().picking_ids:
            keeper = slip.with_user(self._user("parts"))
            action = keeper.action_aftersales_issue()
            wizard = keeper.env[action["res_model"]].browse(action["res_id"])
            wizard.action_confirm()

    def _step_finish(self, ticket, lines, options):
        if ticket.service_mode == "parts":
            ticket.action_send_parts()
            return
        technical = ticket.with_user(ticket.technician_id)
        technical.line_ids.filtered(
            lambda line: line.line_type == "operation"
        ).action_done()
        technical.correction = self.env._("Replaced as agreed, road test passed")
        technical.action_self_check()
        technical.action_finish()

    def _step_inspect(self, ticket, lines, options):
        if ticket.state == "inspection":
            self._inspect(ticket)

    def _step_invoice(self, ticket, lines, options):
        ticket.with_user(self._user("finance")).action_invoice()
        if options.get("overdue"):
            # sudo: the demo's invoice is dated back to be overdue
            invoices = ticket.sudo().invoice_ids
            invoices.button_draft()
            day = fields.Date.today() - timedelta(days=options["overdue"])
            invoices.write({"invoice_date": day, "invoice_date_due": day})
            invoices.action_post()

    def _step_pay(self, ticket, lines, options):
        # sudo: only to find the invoices
        invoices = ticket.sudo().invoice_ids.filtered(
            lambda move: (
                move.state == "posted" and move.payment_state in ("not_paid", "partial")
            )
        )
        if invoices:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoices.ids
            ).create({})._create_payments()

    def _step_deliver(self, ticket, lines, options):
        finance = ticket.with_user(self._user("finance"))
        if ticket.amount_due:
            ticket.action_vouch_credit()
        if ticket.needs_settlement:
            self._step_settle(ticket)
        if ticket._needs_gate_pass():
            finance.action_issue_gate_pass()
        handover = self.env["aftersales.handover"].browse(
            ticket.action_hand_over()["res_id"]
        )
        handover.with_user(self._user("advisor")).write(
            {
                "received_by": ticket.partner_id.name,
                "signature": self._get_signature(),
                "keys_returned": True,
                "papers_returned": True,
                "documents_given": True,
            }
        )
        if handover.reception_id:
            handover.with_user(self._user("advisor")).action_all_returned()
            handover.with_user(self._user("advisor")).covers_removed = True
        handover.with_user(self._user("advisor")).action_confirm()

    def _step_report_back(self, ticket, lines, options):
        ticket.with_user(ticket.technician_id).action_report_back()

    def _step_close(self, ticket, lines, options):
        ticket.action_close()

    def _make_overdue(self):
        """Let the windows of the older tickets' follow-ups have passed."""
        # sudo: the demo's past
        for followup in (
            self.env["aftersales.followup"].sudo().search([("state", "=", "planned")])
        ):
            age = timedelta(days=6)
            followup.write(
                {
                    "window_start": followup.window_start - age,
                    "window_end": followup.window_end - age,
                }
            )
