import json

from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon

# Goes from view to view and waits for each to be drawn. An error of the page fails the
# test by itself; the first step waits long, for the assets may have to be made.
WALK = """
(async () => {
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const find = async (selector) => {
        for (let turn = 0; turn < 2000; turn++) {
            const found = document.querySelector(selector);
            if (found) {
                return found;
            }
            await pause(100);
        }
        throw new Error("not drawn: " + selector);
    };
    await find("%(first)s");
    for (const [button, result] of %(steps)s) {
        (await find(button)).click();
        await find(result);
        await pause(300);
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestVehicleScreens(AftersalesCommon, HttpCase):
    """Each view of the vehicle file opens in a real browser."""

    def test_every_view_is_drawn(self):
        self.user_advisor.password = "advisor-advisor"
        self.vehicle.write({"delivery_date": "2026-01-20", "vehicle_kind": "truck"})
        self.vehicle._add_reading(4210)
        self.env["aftersales.vehicle.recommendation"].create(
            {"vehicle_id": self.vehicle.id, "name": "Rear pads thin"}
        )
        steps = [
            (".o_switch_view.o_kanban", ".o_kanban_record:not(.o_kanban_ghost)"),
            (".o_switch_view.o_calendar", ".o_calendar_container"),
            (".o_switch_view.o_pivot", ".o_pivot table"),
            (".o_switch_view.o_graph", ".o_graph_renderer canvas"),
            (".o_switch_view.o_activity", ".o_activity_view"),
            (".o_switch_view.o_list", ".o_data_row"),
            (".o_data_row .o_data_cell", ".o_form_view .o_row"),
            (".o_notebook a[name='readings']", "div[name='reading_ids'] .o_data_row"),
            (
                ".o_notebook a[name='recommendations']",
                "div[name='recommendation_ids'] .o_data_row",
            ),
            ("button[name='action_transfer']", ".modal div[name='partner_id']"),
        ]
        self.browser_js(
            "/odoo/aftersales-vehicles?view_type=list",
            WALK % {"first": ".o_data_row", "steps": json.dumps(steps)},
            "true",
            login="advisor",
            timeout=400,
        )
