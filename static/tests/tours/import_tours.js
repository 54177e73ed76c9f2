import { inputFiles } from "@web/../tests/utils";
import { addTour } from "./tour_steps";

const TEMPLATE = "/aftersales/static/import/vehicles.csv";
const NUMBERS = ["LJCPCBLC2X1000001", "LJCPCBLC4X1000002", "LJCPCBLC6X1000003"];

/** Three vehicles in a file made from the template that the screen offers. */
async function makeFile() {
    const answer = await fetch(TEMPLATE);
    const [header] = (await answer.text()).split("\n");
    const columns = header.trim().split(",");
    const rows = NUMBERS.map((vin, index) => {
        const row = {
            vin,
            license_plate: `IMP 00${index + 1}`,
            model_id: "Feiyue/E3 Truck",
            vehicle_kind: "truck",
            partner_id: index ? "Harbour Works" : "Lin Freight",
            delivery_date: "2026-01-20",
            odometer: String(1000 * (index + 1)),
            odometer_unit: "km",
        };
        return columns.map((name) => row[name] || "").join(",");
    });
    return new File([[header.trim(), ...rows].join("\n")], "vehicles.csv", {
        type: "text/csv",
    });
}

function press(label) {
    return [
        {
            content: label,
            trigger: `.o_control_panel_main_buttons button:text(${label}), .o_control_panel button:text(${label})`,
            run: "click",
        },
    ];
}

addTour("aftersales_import_vehicles", {
    steps: () => [
        {
            content: "open the list's menu",
            trigger: ".o_list_view .o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        {
            content: "import records",
            trigger: ".o-dropdown--menu .o_import_menu",
            run: "click",
        },
        {
            content: "the template is offered",
            trigger: `.o_import_action a[href='${TEMPLATE}']`,
        },
        {
            content: "upload a file",
            trigger: ".o_control_panel .o_import_file",
            async run() {
                await inputFiles(".o_control_panel .o_input_file", [await makeFile()]);
            },
        },
        {
            content: "every column has found its field",
            trigger:
                ".o_import_data_content:contains(IMP 001):not(:contains(To import, select a field))",
        },
        ...press("Test"),
        {
            content: "one customer is not on file yet: let him be made",
            trigger: ".o_import_data_content tr:contains(partner_id) .o_import_report:contains(Harbour Works)",
        },
        {
            content: "what to do with unknown customers",
            trigger: ".o_import_data_content tr:contains(partner_id) select",
            run: "selectByLabel Create new values",
        },
        ...press("Test"),
        {
            content: "everything is sound",
            trigger: ".o_import_data_content .alert-info:contains(Everything seems valid)",
        },
        ...press("Import"),
        {
            content: "the files are there",
            trigger: ".o_list_view .o_data_row:eq(2)",
        },
        {
            content: "with the new customer",
            trigger: ".o_list_view .o_data_row:contains(Harbour Works)",
        },
    ],
});
