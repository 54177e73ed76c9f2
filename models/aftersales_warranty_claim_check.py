from datetime import timedelta

from odoo import api, fields, models

# Borne although no warranty is in force: agreed, ordered, or before its start.
BEYOND_WARRANTY = ("pre_delivery", "campaign", "recall", "technical", "gesture")
# What the maker grants without owing it: he wants to see why.
GOODWILL = ("technical", "gesture")


class AftersalesWarrantyClaim(models.Model):
    """What is looked at before a claim goes out (R-BEY-09, R-PART-21)."""

    _inherit = "aftersales.warranty.claim"

    problem_text = fields.Text(
        "Still missing",
        compute="_compute_problem_text",
        help="What keeps the claim from being submitted, and what to do about it.",
    )
    attachment_count = fields.Integer(
        "Evidence", compute="_compute_attachment_count", compute_sudo=True
    )

    @api.depends(
        "state",
        "category",
        "liability",
        "vin",
        "delivery_date",
        "odometer",
        "engine_hours",
        "contact_id",
        "contact_phone",
        "complaint",
        "cause",
        "correction",
        "causal_product_id",
        "preauth_number",
        "preauth_limit",
        "line_ids.quantity",
        "line_ids.amount_claimed",
        "line_ids.duplicate_reason",
    )
    @api.depends_context("lang")
    def _compute_problem_text(self):
        drafts = self.filtered(lambda claim: claim.state == "draft" and claim.id)
        problems = drafts._get_problems()
        for claim in self:
            claim.problem_text = "\n".join(problems.get(claim, ())) or False

    def _compute_attachment_count(self):
        """Files on the claim itself and on its ticket."""
        counts = {
            (model, res_id): count
            for model, res_id, count in self.env["ir.attachment"]._read_group(
                [
                    "|",
                    "&",
                    ("res_model", "=", "aftersales.warranty.claim"),
                    ("res_id", "in", self.ids),
                    "&",
                    ("res_model", "=", "aftersales.ticket"),
                    ("res_id", "in", self.ticket_id.ids),
                ],
                ["res_model", "res_id"],
                ["__count"],
            )
        }
        for claim in self:
            claim.attachment_count = counts.get(
                ("aftersales.warranty.claim", claim.id), 0
            ) + counts.get(("aftersales.ticket", claim.ticket_id.id), 0)

    def _get_problems(self):
        """Say what keeps these claims from being submitted, and what to do about it.

        :return: {claim: list of sentences}; a fixed number of queries
        """
        # sudo: slips, orders and suppliers, which clerks need not read; words only
        claims = self.sudo()
        readings = claims._get_earlier_readings()
        duplicates = claims._get_duplicates()
        hour = self.env.ref("uom.product_uom_hour")
        return {
            own: [
                *claim._get_host_problems(),
                *claim._get_user_problems(),
                *claim._get_reading_problems(readings.get(claim.vehicle_id, ())),
                *claim._get_date_problems(),
                *claim._get_content_problems(),
                *claim._get_preauth_problems(),
                *claim._get_line_problems(duplicates, hour),
            ]
            for own, claim in zip(self, claims, strict=True)
        }

    # -- Host and user (R-PART-21) -----------------------------------------------------

    def _get_host_problems(self):
        self.ensure_one()
        vehicle, problems = self.vehicle_id, []
        if not vehicle:
            return [self.env._("the ticket names no vehicle. Enter it there.")]
        number = vehicle.vin or vehicle.serial_number
        if not self.vin:
            problems.append(self.env._("enter the VIN or serial number."))
        elif self.vin != number:
            problems.append(
                self.env._(
                    "VIN %(ours)s is not that of the vehicle's file, %(theirs)s. "
                    "Correct the one that is wrong.",
                    ours=self.vin,
                    theirs=number,
                )
            )
        if not self.delivery_date and self.category != "pre_delivery":
            problems.append(
                self.env._("enter the day of delivery, here and in the vehicle's file.")
            )
        elif self.delivery_date != vehicle.delivery_date:
            problems.append(
                self.env._(
                    "delivered on %(ours)s is not what the vehicle's file says: "
                    "%(theirs)s. Correct the one that is wrong.",
                    ours=self.delivery_date,
                    theirs=vehicle.delivery_date or "-",
                )
            )
        return problems

    def _get_user_problems(self):
        self.ensure_one()
        if not self.contact_id:
            return [self.env._("enter the user of the vehicle.")]
        problems = []
        if not self.contact_phone:
            problems.append(
                self.env._(
                    "enter the phone of %(user)s: he is asked whether he is content.",
                    user=self.contact_id.display_name,
                )
            )
        mismatch = self.vehicle_id and self.vehicle_id._check_user_match(
            self.contact_id
        )
        if mismatch:
            problems.append(mismatch)
        return problems

    # -- Readings and dates ------------------------------------------------------------

    def _get_earlier_readings(self):
        """Return {vehicle: its readings in force, of any day}."""
        return (
            self.env["aftersales.vehicle.reading"]
            .search_fetch(
                [
                    ("vehicle_id", "in", self.vehicle_id.ids),
                    ("measure", "=", "odometer"),
                ],
                ["vehicle_id", "date", "value"],
                order="date, id",
            )
            .grouped("vehicle_id")
        )

    def _get_reading_problems(self, readings):
        self.ensure_one()
        if not self.odometer and not self.engine_hours:
            return [self.env._("enter the reading of the odometer at the report.")]
        if self.ticket_id.odometer_reason or not self.odometer:
            return []
        day = fields.Date.to_date(self.reported_at)
        highest = max(
            (reading.value for reading in readings if reading.date <= day), default=0.0
        )
        if self.odometer < highest:
            return [
                self.env._(
                    "the odometer reads %(reading)s, and %(earlier)s was read before "
                    "that. Correct it, or give the reason on the ticket.",
                    reading=f"{self.odometer:,.0f}",
                    earlier=f"{highest:,.0f}",
                )
            ]
        return []

    def _get_finished_at(self):
        """Return when the work was finished, or False."""
        ticket = self.ticket_id
        return ticket.finished_at or ticket.ready_at or ticket.delivered_at

    def _get_date_problems(self):
        self.ensure_one()
        finished = self._get_finished_at()
        if not finished:
            return [self.env._("the work is not finished. Claim it when it is.")]
        if finished < self.reported_at:
            return [
                self.env._(
                    "the work was finished before it was reported. Correct the ticket."
                )
            ]
        limit = self.company_id.aftersales_claim_days
        last_day = fields.Date.to_date(finished) + timedelta(days=limit)
        if (
            limit
            and self.kind == "maker"
            and not self.round
            and not self.preauth_number
            and last_day < fields.Date.context_today(self)
        ):
            return [
                self.env._(
                    "claims go out within %(days)s days of the repair, this one until "
                    "%(date)s. Ask for a pre-authorisation and enter its number.",
                    days=limit,
                    date=last_day,
                )
            ]
        return []

    # -- Content -----------------------------------------------------------------------

    def _get_content_problems(self):
        self.ensure_one()
        labels = {
            "complaint": self.env._("complaint"),
            "cause": self.env._("cause"),
            "correction": self.env._("correction"),
            "causal_product_id": self.env._("causal part"),
        }
        missing = [label for name, label in labels.items() if not self[name]]
        problems = []
        if missing:
            problems.append(
                self.env._("enter: %(missing)s.", missing=", ".join(missing))
            )
        if not self.line_ids:
            problems.append(self.env._("it has no line. Add what is claimed."))
        if self.liability == "customer":
            problems.append(
                self.env._(
                    "misuse by the customer is not claimed. Let the customer pay."
                )
            )
        wanted = self.company_id.aftersales_claim_evidence
        if (
            wanted == "always" or (wanted == "goodwill" and self.category in GOODWILL)
        ) and not self.attachment_count:
            problems.append(
                self.env._(
                    "attach the evidence, as a photo or test record, here or on the "
                    "ticket."
                )
            )
        return problems

    def _get_preauth_problems(self):
        self.ensure_one()
        company, currency = self.company_id, self.currency_id
        if self.kind != "maker":
            return []
        if self.preauth_number:
            limit = self.preauth_limit
            if limit and currency.compare_amounts(self.amount_claimed, limit) > 0:
                return [
                    self.env._(
                        "%(number)s authorises %(limit)s, claimed are %(claimed)s. "
                        "Have it raised, or claim less.",
                        number=self.preauth_number,
                        limit=currency.format(limit),
                        claimed=currency.format(self.amount_claimed),
                    )
                ]
            return []
        limit = company.currency_id._convert(
            company.aftersales_claim_preauth_amount, currency, company
        )
        if limit and currency.compare_amounts(self.amount_claimed, limit) > 0:
            return [
                self.env._(
                    "claims of more than %(limit)s need a pre-authorisation. Ask for "
                    "it and enter its number.",
                    limit=currency.format(limit),
                )
            ]
        return []

    # -- Lines -------------------------------------------------------------------------

    def _get_duplicates(self):
        """Return {(kind, vehicle, product): other claims' lines within the window}."""
        days = max(self.company_id.mapped("aftersales_claim_duplicate_days"), default=0)
        if not days or not self:
            return {}
        since = fields.Datetime.now() - timedelta(days=days)
        lines = self.line_ids.search(
            [
                ("claim_id.vehicle_id", "in", self.vehicle_id.ids),
                ("product_id", "in", self.line_ids.product_id.ids),
                ("claim_state", "in", ("submitted", "answered", "settled")),
                ("claim_id.submitted_at", ">=", since),
            ]
        )
        return lines.grouped(lambda line: (line.kind, line.vehicle_id, line.product_id))

    def _get_line_problems(self, duplicates, hour):
        """Return what is wrong with the lines that go out with this submission.

        :param hour: the unit of standard hours
        """
        self.ensure_one()
        problems = []
        for line in self.line_ids:
            if line.answer and line.answer != "back":
                continue
            found = [
                line._get_use_problem(),
                self._get_coverage_problem(line),
                line._get_duplicate_problem(
                    duplicates.get((self.kind, self.vehicle_id, line.product_id))
                ),
                line._get_labour_problem(hour),
                line._get_old_part_problem(),
            ]
            problems += [
                f"{line.ticket_line_id.name}: {problem}" for problem in found if problem
            ]
        return problems

    def _get_coverage_problem(self, line):
        """Say why ``line`` is not covered by the warranty; empty when it is.

        A supplier answers for what was claimed before, recalls and goodwill for what
        no warranty covers.
        """
        self.ensure_one()
        if self.kind == "supplier" or self.category in BEYOND_WARRANTY:
            return ""
        source, ticket = line.ticket_line_id, self.ticket_id
        if source.human_caused:
            return self.env._(
                "has a human cause, which no warranty covers. Take it off."
            )
        decision = source._get_warranty_decision()
        if decision.result == "covered":
            # As of the report, whatever has run out since.
            return ""
        if decision:
            return self.env._(
                "was found not to be covered by %(user)s. Take it off, or choose the "
                "category it is claimed by.",
                user=decision.decided_by_id.name,
            )
        if source.line_type == "part":
            return self.env._(
                "nobody has judged the cause. Press Cause on the ticket's line."
            )
        covered = self.line_ids.ticket_line_id.warranty_decision_id.filtered(
            lambda found: found.result == "covered"
        )
        if (
            self.vehicle_id
            and not covered
            and not self.vehicle_id._is_under_warranty(
                fields.Date.to_date(ticket.reported_at), ticket.odometer or None
            )
        ):
            return self.env._(
                "the vehicle was not under warranty at the report. Choose the category "
                "it is claimed by, or take it off."
            )
        return ""
