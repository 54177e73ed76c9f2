import { addTour, choose, page, pickOnPhone, step, write } from "./tour_steps";

addTour("aftersales_report_on_phone", {
    steps: () => [
        {
            content: "a new ticket",
            trigger: ".o_kanban_view .o-kanban-button-new",
            run: "click",
        },
        ...pickOnPhone("vehicle_id", "1M8GDM9AXKP042788"),
        {
            content: "the owner follows from the vehicle",
            trigger: ".o_field_widget[name=partner_id] input:value(Lin Freight)",
        },
        ...choose("service_mode", "On site"),
        // The reason for an odd reading comes up below it and moves what follows.
        ...write("odometer", "12000"),
        ...page("Report"),
        ...write("complaint", "Stands at the harbour, no drive"),
        ...pickOnPhone("technician_id", "Technician"),
        ...step("action_assign", "Assigned"),
        {
            content: "nothing sticks out of the screen",
            trigger: ".o_form_view",
            run() {
                const { scrollWidth, clientWidth } = document.documentElement;
                if (scrollWidth > clientWidth) {
                    throw new Error(`${scrollWidth - clientWidth} pixels too wide`);
                }
            },
        },
    ],
});

addTour("aftersales_blank_report", {
    steps: () => [
        {
            content: "an untouched form",
            trigger: ".o_form_view .o_field_widget[name=complaint]",
            run() {
                window.location.href = "/odoo/aftersales-vehicles";
            },
            expectUnloadPage: true,
        },
        {
            content: "away from it",
            trigger: ".o_breadcrumb:contains(Vehicles)",
        },
    ],
});
