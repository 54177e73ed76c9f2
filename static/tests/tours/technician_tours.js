import {
    addTour,
    choose,
    hidden,
    page,
    pickOnPhone,
    press,
    reached,
    save,
    step,
    write,
} from "./tour_steps";

// The technician's part of the thread, on a phone.
const LINES = ".o_field_widget[name=line_ids]";

addTour("aftersales_thread_diagnosis", {
    steps: () => [
        {
            content: "his ticket",
            trigger: ".o_kanban_record:contains(Lin Freight)",
            run: "click",
        },
        ...press("action_call_back"),
        {
            content: "the call is stamped",
            trigger:
                ".o_form_view:not(:has(button[name=action_call_back]))",
        },
        ...page("Diagnosis"),
        ...write("cause", "Bearing of the motor worn"),
        ...write("diagnosis_consent_by", "Mr Zhao"),
        ...step("action_diagnose", "Diagnosed"),
        ...hidden("action_quote", "action_assign"),
    ],
});

/** Tap the card of a line; its form opens in a window. */
function card(product) {
    return [
        {
            content: `tap the line ${product}`,
            trigger: `${LINES} .o_kanban_record:contains(${product})`,
            run: "click",
        },
    ];
}

function closed() {
    return [{ content: "the window closes", trigger: "body:not(:has(.modal))" }];
}

addTour("aftersales_thread_vouch", {
    steps: () => [
        ...page("Parts and operations"),
        ...card("Mirror"),
        ...choose("release_basis", "Not yet paid", ".modal"),
        ...pickOnPhone("guarantor_id", "Technician"),
        {
            content: "save the line",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        ...closed(),
        ...card("Drive motor"),
        ...write("cause_evidence", "Bearing run dry, photo in chatter", ".modal"),
        {
            content: "nobody caused it",
            trigger: ".modal button[name=action_cause_none]:enabled",
            run: "click",
        },
        {
            content: "his name stands beside the finding",
            trigger: ".modal .o_field_widget[name=cause_judged_by_id]:contains(Technician)",
        },
        {
            content: "leave the line",
            trigger: ".modal .o_form_button_save, .modal .o_form_button_cancel",
            run: "click",
        },
        ...closed(),
        ...save(),
    ],
});

addTour("aftersales_thread_work", {
    steps: () => [
        ...reached("Approved"),
        ...step("action_start", "In Progress"),
        ...page("Parts account"),
        {
            content: "ask for the parts",
            trigger: "button[name=action_request_parts]:enabled",
            run: "click",
        },
        {
            content: "three slips wait for Finance",
            trigger: ".o_kanban_view .o_kanban_record:not(.o_kanban_ghost):eq(2)",
        },
        {
            content: "he cannot release them",
            trigger: "body:not(:has(button[name=action_aftersales_release]))",
        },
    ],
});

addTour("aftersales_thread_finish", {
    steps: () => [
        ...page("Parts and operations"),
        {
            content: "tick the operation off",
            trigger: `${LINES} .o_kanban_record:contains(Replace drive motor) [name=action_done]`,
            run: "click",
        },
        {
            content: "it is done",
            trigger: `${LINES}:not(:has([name=action_done]))`,
        },
        ...page("Diagnosis"),
        ...write("correction", "Motor and pads replaced, road test 5 km"),
        ...press("action_self_check"),
        {
            content: "each point was checked",
            trigger: ".modal .modal-footer .btn-primary:contains(Checked)",
            run: "click",
        },
        ...step("action_finish", "Inspection"),
        ...hidden("action_pass_inspection", "action_invoice"),
    ],
});

addTour("aftersales_thread_report_back", {
    steps: () => [
        ...press("action_report_back"),
        {
            content: "reported back",
            trigger:
                ".o_form_view:not(:has(button[name=action_report_back]))",
        },
        ...hidden("action_close"),
    ],
});
