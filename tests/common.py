from contextlib import contextmanager

from odoo.fields import Command

from odoo.addons.base.tests.common import BaseCommon

ROLES = (
    "advisor",
    "technician",
    "dispatcher",
    "inspector",
    "parts_keeper",
    "logistics",
    "vehicle_manager",
    "purchasing",
    "finance",
    "quality",
    "claims_clerk",
    "manager",
)
# Valid by length, letters and check digit (R-BEY-01).
VINS = (
    "1M8GDM9AXKP042788",
    "1G4AH59H45G118341",
    "LJCPCBLCX11000237",
    "1J9RP1A36A1644345",
    "1G1BN53E6NW128495",
)


def new_users(env, company, logins):
    """Create users in one go, a dozen costs little more than one, and return them.

    Otherwise as by Odoo's `new_test_user`.

    :param dict logins: by login, the groups of the addon: ``["advisor"]``
    :return: the users by login, in the same order
    """
    users = env["res.users"].create(
        [
            {
                "login": login,
                "password": login.ljust(8, "x"),
                "name": login.replace("_", " ").title(),
                "email": f"{login[0]}.{login[0]}@example.com",
                "phone": f"+86 555 01{number:02}",
                "group_ids": [Command.set(_groups(env, groups).ids)],
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
            for number, (login, groups) in enumerate(logins.items())
        ]
    )
    return dict(zip(logins, users, strict=True))


def _groups(env, groups):
    return env["res.groups"].union(
        *(env.ref(f"aftersales.group_aftersales_{group}") for group in groups)
    )


class AftersalesCommon(BaseCommon):
    """A service station with one user per role, a customer, a truck and its parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls._setup_books(cls.company)
        # What is charged until an old part is in has tests of its own.
        cls.company.aftersales_old_part_charge = "none"
        cls.users = new_users(
            cls.env,
            cls.company,
            {**{role: [role] for role in ROLES}, "technician_2": ["technician"]},
        )
        cls.technician_2 = cls.users.pop("technician_2")
        for role, user in cls.users.items():
            setattr(cls, f"user_{role}", user)
        # Who gives out cars reads tickets only that somebody travels for.
        cls.ticket_users = {
            role: user for role, user in cls.users.items() if role != "vehicle_manager"
        }
        cls.env["aftersales.inspector"].create(
            {
                "user_id": cls.user_inspector.id,
                "company_id": cls.company.id,
                "valid_from": "2020-01-01",
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Lin Freight", "phone": "+86 555 0200", "email": "lin@example.com"}
        )
        cls.driver = cls.env["res.partner"].create(
            {"name": "Mr Zhao", "parent_id": cls.customer.id, "phone": "+86 555 0201"}
        )
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Feiyue"})
        cls.vehicle_model = cls.env["fleet.vehicle.model"].create(
            {"name": "E3 Truck", "brand_id": brand.id}
        )
        cls.vehicle = cls.env["aftersales.vehicle"].create(
            {
                "vin": VINS[0],
                "license_plate": "苏A12345",
                "model_id": cls.vehicle_model.id,
                "partner_id": cls.customer.id,
                "driver_id": cls.driver.id,
                "company_id": cls.company.id,
            }
        )
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "VAT 13 %",
                "amount": 13.0,
                "type_tax_use": "sale",
                "company_id": cls.company.id,
            }
        )
        cls.motor = cls._part("Drive motor", 1200.0, 800.0)
        cls.brake_pads = cls._part("Brake pads", 180.0, 90.0)
        cls.mirror = cls._part("Mirror", 75.0, 30.0)
        cls.labour = cls.env["product.product"].create(
            {
                "name": "Replace drive motor",
                "type": "service",
                "list_price": 60.0,
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )

    def _help_the_planner(self):
        """Have joins use their indexes, as they do once the rows have been counted.

        Nobody counts what a test's transaction holds; PostgreSQL then takes the
        tables for empty, and joins hundreds of rows by trying each with each.
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_payment,"
            " account_partial_reconcile"
        )

    @classmethod
    def _setup_books(cls, company):
        """Give ``company`` the generic chart of accounts when it has none."""
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company, install_demo=False
            )

    @classmethod
    def _part(cls, name, price, cost, **vals):
        """Return a storable part of 20 pieces in stock."""
        part = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "standard_price": cost,
                "taxes_id": [Command.set(cls.tax.ids)],
                **vals,
            }
        )
        if part.tracking == "none":
            cls.env["stock.quant"]._update_available_quantity(
                part, cls.warehouse.lot_stock_id, 20
            )
        return part

    @classmethod
    def _ticket(cls, **vals):
        """Return a new workshop ticket of the customer's truck."""
        return (
            cls.env["aftersales.ticket"]
            .with_user(cls.user_advisor)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "vehicle_id": cls.vehicle.id,
                    "complaint": "No drive, motor howls",
                    "technician_id": cls.user_technician.id,
                    **vals,
                }
            )
        )

    @classmethod
    def _diagnosed(cls, **vals):
        """Return a ticket that its technician has diagnosed."""
        ticket = cls._ticket(**vals)
        ticket.action_assign()
        technical = ticket.with_user(ticket.technician_id)
        technical.action_call_back()
        vals = {"cause": "Bearing worn out"}
        if ticket.service_mode in ("workshop", "factory"):
            vals["diagnosis_consent_by"] = "Mr Zhao"
        elif not ticket.solution_kind:
            vals["solution_kind"] = {
                "onsite": "onsite",
                "parts": "parts",
                "remote": "phone",
            }[ticket.service_mode]
        if ticket.service_mode == "onsite":
            vals["remote_attempt"] = "Read the codes by phone; the motor is dead"
            vals["planned_at"] = ticket.reported_at
        technical.write(vals)
        technical.action_diagnose()
        return ticket

    @classmethod
    def _receive(cls, ticket):
        """Check the vehicle of ``ticket`` in, as its adviser does with the customer."""
        ticket = ticket.with_user(cls.user_advisor)
        if not ticket._needs_reception() or ticket.reception_state == "done":
            return ticket.reception_id
        reception = (
            cls.env["aftersales.reception"]
            .with_user(cls.user_advisor)
            .browse(ticket.action_receive_vehicle()["res_id"])
        )
        reception.write(
            {
                "odometer": ticket.odometer or ticket.vehicle_id.odometer or 100,
                "fuel_level": "4",
                "valuables_told": True,
                "explained": True,
                "key_place": "A1",
                "no_items": True,
                "signed_on_paper": True,
            }
        )
        reception.action_check_rest_ok()
        reception.action_done()
        return reception

    @classmethod
    def _line(cls, ticket, product, **vals):
        """Add a line to ``ticket`` as its advisor."""
        return (
            cls.env["aftersales.ticket.line"]
            .with_user(cls.user_advisor)
            .create({"ticket_id": ticket.id, "product_id": product.id, **vals})
        )

    def _site_record(self, ticket):
        """Let the customer of a visit sign its repair record, on paper."""
        technical = self._as("technician", ticket)
        record = technical.env["aftersales.site.record"].browse(
            technical.action_site_record()["res_id"]
        )
        record.write(
            {
                "process": "Replaced",
                "no_parts": True,
                "fully_checked": True,
                "signed_on_paper": True,
            }
        )
        record.action_sign()
        return record

    @classmethod
    def _finish_work(cls, ticket):
        """Let the technician check what he did himself and report it finished."""
        cls.env.flush_all()
        technical = ticket.with_user(ticket.technician_id)
        technical.action_self_check()
        technical.action_finish()

    @classmethod
    def _final_sheet(cls, ticket):
        """Return the open sheet of the final inspection, as the inspector."""
        cls.env.flush_all()
        action = ticket.with_user(cls.user_inspector).action_final_inspection()
        sheets = cls.env["aftersales.inspection"].with_user(cls.user_inspector)
        return sheets.browse(action["res_id"])

    @classmethod
    def _inspect(cls, ticket):
        """Let the inspector find everything in order, and pass the work."""
        sheet = cls._final_sheet(ticket)
        sheet.action_rest_ok()
        sheet.action_done()
        ticket.with_user(cls.user_inspector).action_pass_inspection()
        cls._hand_over_inside(ticket)

    @classmethod
    def _hand_over_inside(cls, ticket):
        """Let the finished vehicle be cleaned, parked, and given to the adviser."""
        cls.env.flush_all()
        handover = ticket.with_user(cls.user_inspector).internal_handover_ids
        handover.action_cleaned()
        handover.action_all_checked()
        handover.write({"place": "Row 1", "explanation": "Replaced, drives well"})
        handover.action_hand_over()
        handover.with_user(cls.user_advisor).action_take_over()

    def _as(self, role, record):
        """Return ``record`` as the user of ``role``, with nothing in the cache."""
        self.env.flush_all()
        return record.with_user(self.users[role])

    @contextmanager
    def assert_refused(self, exception, pattern):
        """Expect ``exception`` with a text like ``pattern``; nothing stays written."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)
