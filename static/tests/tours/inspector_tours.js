import { addTour, choose, press, reached, write } from "./tour_steps";

// The inspector's way with a tablet, from the call to the adviser.
const LINES = ".o_field_widget[name=line_ids]";
const ROW = `${LINES} .o_data_row.o_selected_row`;

function open() {
    return [
        {
            content: "the vehicle that waits",
            trigger: ".o_data_row:contains(AS) .o_data_cell:first, .o_kanban_record:contains(AS)",
            run: "click",
        },
        ...reached("Inspection"),
        ...press("action_final_inspection"),
        {
            content: "the sheet",
            trigger: `${LINES} .o_data_row:contains(Work order)`,
        },
    ];
}

function rest() {
    return [
        ...press("action_rest_ok"),
        {
            content: "no point is open",
            trigger: ".o_form_view:not(:has(button[name=action_rest_ok]))",
        },
    ];
}

addTour("aftersales_inspector_fails", {
    steps: () => [
        ...open(),
        {
            content: "to the first point",
            trigger: `${LINES} .o_data_row:first [name=result]`,
            run: "click",
        },
        ...choose("result", "Defect", ROW),
        ...write("note", "Weeps", ROW),
        {
            content: "away from the row, again if it was still being written",
            trigger: ".oe_title",
            async run({ click }) {
                for (let tries = 0; tries < 20; tries++) {
                    await click();
                    await new Promise((resolve) => setTimeout(resolve, 500));
                    if (!document.querySelector(ROW)) {
                        return;
                    }
                }
            },
        },
        {
            content: "it says so",
            trigger: `${LINES} .o_data_row:first:not(.o_selected_row) [name=result]:contains(Defect)`,
        },
        ...rest(),
        ...press("action_done"),
        ...press("action_fail"),
        ...write("reason", "Seal weeps", ".modal"),
        {
            content: "send it back",
            trigger: ".modal button[name=action_confirm]:visible:enabled",
            run: "click",
        },
        {
            content: "the answer is given",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_fail]))",
        },
    ],
});

addTour("aftersales_inspector_passes", {
    steps: () => [
        ...open(),
        {
            content: "a road test",
            trigger: ".o_field_widget[name=road_test_needed] input",
            run: "click",
        },
        ...write("road_test_distance", "5"),
        {
            content: "it drove well",
            trigger: ".o_field_widget[name=road_test_result] .o_selection_badge:contains(In order)",
            run: "click",
        },
        ...rest(),
        ...press("action_done"),
        ...press("action_pass"),
        ...press("action_cleaned"),
        ...write("place", "Row 3"),
        ...press("action_all_checked"),
        {
            content: "all is checked",
            trigger: ".o_form_view:not(:has(button[name=action_all_checked]))",
        },
        ...press("action_hand_over"),
        {
            content: "the adviser is called",
            trigger: ".o_form_view:not(:has(button[name=action_hand_over]))",
        },
    ],
});
