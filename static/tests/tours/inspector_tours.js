import { addTour, press, reached, write } from "./tour_steps";

// The inspector's way with a tablet, from the call to the adviser.
const LINES = ".o_field_widget[name=line_ids]";

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
            trigger: `${LINES} .o_kanban_record:contains(Work order), ${LINES} .o_data_row`,
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
            content: "the first point is bad",
            trigger: `${LINES} .o_kanban_record:first button[name=action_defect]`,
            run: "click",
        },
        {
            content: "it says so",
            trigger: `${LINES} .o_kanban_record:first button[name=action_defect].btn-danger`,
        },
        {
            content: "open the point",
            trigger: `${LINES} .o_kanban_record:first .fw-bold`,
            run: "click",
        },
        ...write("note", "Weeps", ".modal"),
        {
            content: "keep it",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        { content: "the window closes", trigger: "body:not(:has(.modal))" },
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
            trigger: ".o_form_view:not(:has(button[name=action_fail])) , body:not(:has(.modal))",
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
