from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common_companies_account import AccountRows


class CompanyRows(AccountRows):
    """Makes a row of every model in another company, from the fields it requires.

    For `AftersalesCommon` tests that set ``other``, ``their_manager``, ``theirs`` and
    ``made``. What cannot be guessed is said in `_special`.
    """

    def _make(self, name):
        """Return a row of the model in the other company, made once."""
        if name not in self.made:
            special = self._special(name)
            if hasattr(special, "_name"):
                self.made[name] = special
            else:
                self.made[name] = self._create(name, special or {})
        return self.made[name]

    def _create(self, name, given):
        # A form is its opener's: it must be made by a person.
        model = self.theirs[name].with_user(self.their_manager).sudo()
        vals = dict(given)
        for field in model._fields.values():
            if field.name in vals or not field.store:
                continue
            if field.name == "company_id" and not field.compute:
                vals["company_id"] = self.other.id
            elif field.required and not field.compute and not field.default:
                vals[field.name] = self._value(field)
        vals.pop("id", None)
        return model.create(vals)

    def _value(self, field):
        if field.type == "many2one":
            return self._reference(field.comodel_name).id
        if field.type in ("one2many", "many2many"):
            return [Command.set(self._reference(field.comodel_name).ids)]
        return {
            "selection": lambda: field.get_values(self.env)[0],
            "datetime": fields.Datetime.now,
            "date": fields.Date.today,
            "float": lambda: 1.0,
            "integer": lambda: 1,
        }.get(field.type, lambda: "Theirs")()

    def _reference(self, name):
        if name in ("res.users", "res.partner", "product.product"):
            return {
                "res.users": self.their_manager,
                "res.partner": self.customer,
                "product.product": self.mirror,
            }[name]
        return self._make(name)

    def _special(self, name):
        """Return what cannot be guessed: some values, or the row itself."""
        now = fields.Datetime.now()
        today = fields.Date.today()
        make = getattr(self, f"_special_{name.replace('.', '_')}", None)
        if make:
            return make()
        return {
            "aftersales.vehicle": {"serial_number": "THEIRS-1"},
            "aftersales.timelog": {"category": "break", "date_stop": now},
            "aftersales.ticket": {
                "complaint": "No drive",
                "partner_id": self.customer.id,
                "reported_at": now - timedelta(days=9),
            },
            "aftersales.duty": {"date_from": now, "date_to": now + timedelta(days=1)},
            "aftersales.inspector": {"user_id": self.their_manager.id},
            "aftersales.reception.proposal": {"name": "Tyres"},
            "aftersales.nonconformity": {
                "found_by_id": self.their_manager.id,
                "found_at": now,
            },
            "aftersales.warranty.policy.line": {"months": 12},
            "aftersales.warranty.coverage": {"date_end": today},
            "aftersales.service.bom": {"model_id": self.vehicle_model.id},
            "aftersales.call": {"inbound_type": "repair"},
            "aftersales.shift": {"date_stop": now + timedelta(hours=4)},
            "aftersales.old.part.report": {"month": today.replace(day=1)},
            "aftersales.followup": {
                "window_end": now + timedelta(days=1),
                "state": "done",
                "satisfied": "satisfied",
                "done_at": now,
            },
            "aftersales.warranty.claim": {"kind": "own"},
            "aftersales.deduction": {
                "month": today.replace(day=1),
                "amount_vouched": 10,
                "amount": 10,
            },
            "aftersales.deduction.refund": {"amount": 5},
            "aftersales.payout": {"month": today.replace(day=1)},
            "aftersales.payout.line": {"kind": "other", "amount": 5},
            "aftersales.bonus": {"percent": 1.0},
            "aftersales.settlement.batch": {
                "date_from": today.replace(day=1),
                "date_to": today.replace(day=28),
                "date_invoice": today.replace(day=28),
            },
            "aftersales.substitute": {
                "user_id": self.both.id,
                "date_to": today + timedelta(days=1),
            },
        }.get(name)

    def _special_aftersales_warranty_decision(self):
        # Of a line whose part has not left.
        line = self._make("aftersales.ticket.line").copy()
        return {"ticket_line_id": line.id, "cause": "human", "evidence": "Photo"}

    def _special_aftersales_addition(self):
        ticket = self._make("aftersales.ticket").copy({"name": "/"})
        ticket.state = "in_progress"
        return {"ticket_id": ticket.id}

    def _special_aftersales_delay(self):
        now = fields.Datetime.now()
        return {
            "old_promised_at": now,
            "new_promised_at": now + timedelta(hours=1),
        }

    def _special_aftersales_progress_check(self):
        addition = self._make("aftersales.addition")
        return {"ticket_id": addition.ticket_id.id}

    def _special_aftersales_appointment(self):
        return {"team_id": self._make("aftersales.team").id}

    def _special_aftersales_objection(self):
        job = self._make("aftersales.operation")
        job.state = "done"
        return {"operation_id": job.id}

    def _special_aftersales_deadline(self):
        return self._make("aftersales.ticket").deadline_ids[0]

    def _special_aftersales_vehicle_owner(self):
        return self._make("aftersales.vehicle").owner_ids

    def _special_aftersales_deadline_report(self):
        self._make("aftersales.ticket")._deadline_reach("responded")
        return self._report_row("aftersales.deadline.report")

    def _special_aftersales_followup_report(self):
        self._make("aftersales.followup")
        return self._report_row("aftersales.followup.report")

    def _special_aftersales_intake_report(self):
        self._make("aftersales.ticket")
        return self._report_row("aftersales.intake.report")

    def _special_aftersales_vehicle_part(self):
        line = self._make("aftersales.ticket.line")
        line.ticket_id.vehicle_id = self._make("aftersales.vehicle")
        move = self._make("stock.move")
        lines = self.theirs["stock.move.line"].create(
            {"move_id": move.id, "product_id": move.product_id.id, "quantity": 1}
        )
        self.env.flush_all()
        # What was issued, without the way there
        self.env.cr.execute(
            "UPDATE stock_move SET state = 'done', aftersales_line_id = %s"
            " WHERE id = %s",
            (line.id, move.id),
        )
        self.env.cr.execute(
            "UPDATE stock_picking SET aftersales_kind = 'issue',"
            " aftersales_ticket_id = %s WHERE id = %s",
            (line.ticket_id.id, move.picking_id.id),
        )
        self.env.invalidate_all()
        return self.theirs["aftersales.vehicle.part"].browse(lines.id)

    def _special_aftersales_estimate_revision(self):
        ticket = self._make("aftersales.ticket").copy()
        self.theirs["aftersales.ticket.line"].create(
            {"ticket_id": ticket.id, "product_id": self.mirror.id}
        )._approve("Theirs", "Phone")
        ticket.state = "approved"
        return {"ticket_id": ticket.id, "reason": "Theirs"}

    def _special_aftersales_refusal_report(self):
        ticket = self._make("aftersales.ticket").copy()
        self.theirs["aftersales.ticket.line"].create(
            {"ticket_id": ticket.id, "product_id": self.mirror.id}
        )._decline()
        return self._report_row("aftersales.refusal.report")

    def _special_aftersales_warranty_cost_report(self):
        line = self._make("aftersales.ticket.line")
        move = self._make("stock.move")
        place = self.other._get_aftersales_location("warranty")
        self.env.flush_all()
        # What was issued, without the way there
        self.env.cr.execute(
            "UPDATE stock_move SET state = 'done', aftersales_line_id = %s,"
            " location_dest_id = %s, value = 1 WHERE id = %s",
            (line.id, place.id, move.id),
        )
        self.env.invalidate_all()
        return self._report_row("aftersales.warranty.cost.report")

    def _special_aftersales_comeback_report(self):
        ticket = self._make("aftersales.ticket").copy()
        ticket.write({"state": "delivered", "delivered_at": fields.Datetime.now()})
        return self._report_row("aftersales.comeback.report")

    def _special_aftersales_price_consultation(self):
        return {"specialist_id": self.both.id}

    def _special_aftersales_stock_count(self):
        warehouses = self.env["stock.warehouse"]
        own = warehouses.search([("company_id", "=", self.other.id)], limit=1)
        return {"warehouse_id": own.id}

    def _special_aftersales_stock_transfer(self):
        warehouses = self.env["stock.warehouse"]
        own = warehouses.search([("company_id", "=", self.other.id)], limit=1)
        second = warehouses.create(
            {"name": "Theirs", "code": "THEIR", "company_id": self.other.id}
        )
        return {"source_id": own.id, "destination_id": second.id}

    def _special_aftersales_part_balance(self):
        self._make("aftersales.vehicle.part")
        self.env.flush_all()
        return self._report_row("aftersales.part.balance")

    def _special_aftersales_part_consumption(self):
        return {"date": fields.Date.today()}

    def _special_aftersales_part_requisition_line(self):
        requisition = self._make("aftersales.part.requisition")
        line = self.theirs["aftersales.ticket.line"].create(
            {"ticket_id": requisition.ticket_id.id, "product_id": self.mirror.id}
        )
        return {"requisition_id": requisition.id, "ticket_line_id": line.id}

    def _special_aftersales_estimate_revision_line(self):
        revision = self._make("aftersales.estimate.revision")
        return {
            "revision_id": revision.id,
            "line_id": revision.ticket_id.line_ids[0].id,
        }

    def _special_aftersales_service_bom_row(self):
        self._make("aftersales.service.bom.line")
        return self._report_row("aftersales.service.bom.row")

    def _special_aftersales_reserve_plan(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.other.id)], limit=1
        )
        return {"warehouse_id": warehouse.id}

    def _special_aftersales_stock_age(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.other.id)], limit=1
        )
        self.mirror.aftersales_is_part = True
        self.theirs["stock.quant"]._update_available_quantity(
            self.mirror, warehouse.lot_stock_id, 5
        )
        return self._report_row("aftersales.stock.age")

    def _special_aftersales_part_turnover(self):
        self._make("aftersales.stock.age")
        return self._report_row("aftersales.part.turnover")

    def _special_aftersales_part_demand(self):
        self._make("aftersales.stock.age")
        lines = self._make("stock.move").move_line_ids
        if not lines:
            move = self._make("stock.move")
            lines = self.theirs["stock.move.line"].create(
                {"move_id": move.id, "product_id": move.product_id.id, "quantity": 1}
            )
        self.env.flush_all()
        # Delivered, without the way there
        self.env.cr.execute(
            "UPDATE stock_move_line SET state = 'done' WHERE id IN %s",
            (tuple(lines.ids),),
        )
        self.env.invalidate_all()
        return self._report_row("aftersales.part.demand")

    def _special_aftersales_price_run(self):
        line = {"product_id": self.mirror.id, "price": 5, "guide_price": 6}
        return {"method": "entered", "line_ids": [Command.create(line)]}

    def _special_aftersales_price_run_line(self):
        return self._make("aftersales.price.run").line_ids

    def _special_aftersales_price_history(self):
        self._make("aftersales.price.run").write(
            {
                "state": "published",
                "asked_by_id": self.both.id,
                "published_by_id": self.their_manager.id,
                "published_at": fields.Datetime.now(),
            }
        )
        return self._report_row("aftersales.price.history")

    def _special_aftersales_receivable(self):
        ticket = self._make("aftersales.ticket")
        invoice = self.theirs["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "aftersales_ticket_id": ticket.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 5})],
            }
        )
        invoice.action_post()
        return self._report_row("aftersales.receivable")

    def _special_aftersales_turnover_report(self):
        self._make("aftersales.receivable")
        return self._report_row("aftersales.turnover.report")

    def _special_aftersales_referral(self):
        return {"informer_id": self.both.id}

    def _special_hr_employee(self):
        return self.theirs["hr.employee"].create(
            {"name": "Theirs", "company_id": self.other.id}
        )

    def _special_aftersales_statement(self):
        return {
            "kind": "customer",
            "partner_id": self.customer.id,
            "month": "2025-10-01",
            "date_cutoff": "2025-10-31",
        }

    def _special_aftersales_statement_line(self):
        return {"statement_id": self._make("aftersales.statement").id, "name": "INV"}

    def _report_row(self, name):
        self.env.flush_all()
        return self.theirs[name].search([("company_id", "=", self.other.id)], limit=1)

    def _special_stock_picking(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.other.id)], limit=1
        )
        places = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "company_id": self.other.id,
        }
        move = {"product_id": self.mirror.id, "product_uom_qty": 1, **places}
        return self.theirs["stock.picking"].create(
            {
                "picking_type_id": warehouse.out_type_id.id,
                **places,
                "move_ids": [Command.create(move)],
            }
        )

    def _special_stock_move(self):
        return self._make("stock.picking").move_ids
