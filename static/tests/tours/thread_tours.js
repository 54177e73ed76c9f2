import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Click a button of the form's header and wait until the ticket is in `state`. */
function step(name, state) {
    return [
        {
            content: `take the step ${name}`,
            trigger: `.o_form_view .o_statusbar_buttons button[name=${name}]`,
            run: "click",
        },
        ...reached(state),
    ];
}

function reached(state) {
    return [
        {
            content: `the ticket is ${state}`,
            trigger: `.o_statusbar_status button.o_arrow_button_current:contains(${state})`,
        },
    ];
}

function page(title) {
    return [
        {
            content: `open the page ${title}`,
            trigger: `.o_notebook .nav-link:contains(${title})`,
            run: "click",
        },
    ];
}

function pick(field, text) {
    return [
        {
            content: `look for ${text}`,
            trigger: `.o_field_widget[name=${field}] input`,
            run: `edit ${text}`,
        },
        {
            content: `choose ${text}`,
            trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a:contains(${text})`,
            run: "click",
        },
    ];
}

tours.add("aftersales_thread_report", {
    steps: () => [
        ...pick("vehicle_id", "1M8GDM9AXKP042788"),
        {
            content: "the owner follows from the vehicle",
            trigger: ".o_field_widget[name=partner_id] input:value(Lin Freight)",
        },
        {
            content: "write down the complaint",
            trigger: ".o_field_widget[name=complaint] textarea",
            run: "edit No drive, brakes squeal",
        },
        ...pick("technician_id", "Technician"),
        ...step("action_assign", "Assigned"),
    ],
});

tours.add("aftersales_thread_diagnosis", {
    steps: () => [
        {
            content: "call the customer back",
            trigger: ".o_statusbar_buttons button[name=action_call_back]",
            run: "click",
        },
        {
            content: "the call is stamped",
            trigger: ".o_statusbar_buttons:not(:has(button[name=action_call_back]))",
        },
        ...page("Diagnosis"),
        {
            content: "write down the cause",
            trigger: ".o_field_widget[name=cause] textarea",
            run: "edit Bearing of the motor worn",
        },
        {
            content: "enter who agreed to the diagnosis",
            trigger: ".o_field_widget[name=diagnosis_consent_by] input",
            run: "edit Mr Zhao",
        },
        ...step("action_diagnose", "Diagnosed"),
    ],
});

tours.add("aftersales_thread_quote", {
    steps: () => [
        ...page("Parts and operations"),
        {
            content: "the estimate has its four lines",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:eq(3)",
        },
        ...step("action_quote", "Quoted"),
    ],
});

tours.add("aftersales_thread_work", {
    steps: () => [
        ...step("action_start", "In Progress"),
        ...page("Parts account"),
        {
            content: "ask for the parts",
            trigger: "button[name=action_request_parts]",
            run: "click",
        },
        {
            content: "three slips wait for Finance",
            trigger: ".o_list_view .o_data_row:eq(2)",
        },
    ],
});

tours.add("aftersales_thread_money_first", {
    steps: () => [
        ...page("Billing"),
        {
            content: "invoice in advance",
            trigger: "button[name=action_invoice_deposit]",
            run: "click",
        },
        {
            content: "an invoice is there",
            trigger: ".o_action_manager:contains(INV/)",
        },
    ],
});

tours.add("aftersales_thread_payment", {
    steps: () => [
        ...page("Billing"),
        {
            content: "register the money",
            trigger: "button[name=action_register_payment]",
            run: "click",
        },
        {
            content: "confirm it",
            trigger: ".modal button[name=action_create_payments]",
            run: "click",
        },
        { content: "it is in the books", trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("aftersales_thread_release", {
    steps: () => [
        {
            content: "choose all that wait for a release",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "release them",
            trigger: "button[name=action_aftersales_release]",
            run: "click",
        },
        {
            content: "nothing waits any more",
            trigger: ".o_list_view:not(:has(.o_data_row))",
        },
    ],
});

function issue(left) {
    return [
        {
            content: `open one of ${left} slips`,
            trigger: ".o_list_view .o_data_row:first .o_data_cell:first",
            run: "click",
        },
        {
            content: "to the counter",
            trigger: ".o_form_view button[name=action_aftersales_issue]",
            run: "click",
        },
        {
            content: "hand out what is asked for",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "it has left",
            trigger: ".o_form_view .o_arrow_button_current:contains(Done)",
        },
        {
            content: "back to the list",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "one less",
            trigger:
                left > 1
                    ? `.o_list_view:has(.o_data_row:eq(${left - 2})):not(:has(.o_data_row:eq(${
                          left - 1
                      })))`
                    : ".o_list_view:not(:has(.o_data_row))",
        },
    ];
}

tours.add("aftersales_thread_issue", {
    steps: () => [...issue(3), ...issue(2), ...issue(1)],
});

tours.add("aftersales_thread_finish", {
    steps: () => [
        ...page("Parts and operations"),
        {
            content: "tick the operation off",
            trigger: ".o_field_widget[name=line_ids] button[name=action_done]",
            run: "click",
        },
        {
            content: "it is done",
            trigger:
                ".o_field_widget[name=line_ids]:not(:has(button[name=action_done]))",
        },
        ...page("Diagnosis"),
        {
            content: "write the repair report",
            trigger: ".o_field_widget[name=correction] textarea",
            run: "edit Motor and pads replaced, road test 5 km",
        },
        ...step("action_finish", "Inspection"),
    ],
});

tours.add("aftersales_thread_inspect", {
    steps: () => step("action_pass_inspection", "Ready"),
});

tours.add("aftersales_thread_gate", {
    steps: () => [
        ...page("Billing"),
        {
            content: "issue the gate pass",
            trigger: "button[name=action_issue_gate_pass]",
            run: "click",
        },
        {
            content: "the pass has a number",
            trigger: ".o_form_view .o_field_widget[name=issued_by_id]",
        },
    ],
});

tours.add("aftersales_thread_handover", {
    steps: () => [
        {
            content: "hand over",
            trigger: ".o_statusbar_buttons button[name=action_hand_over]",
            run: "click",
        },
        {
            content: "who receives it",
            trigger: ".o_field_widget[name=received_by] input",
            run: "edit Mr Zhao",
        },
        {
            content: "signed on paper",
            trigger: ".o_field_widget[name=signed_on_paper] input",
            run: "click",
        },
        {
            content: "the keys are back",
            trigger: ".o_field_widget[name=keys_returned] input",
            run: "click",
        },
        {
            content: "confirm",
            trigger: "button[name=action_confirm]",
            run: "click",
        },
        {
            content: "it is handed over",
            trigger: "body:not(:has(button[name=action_confirm]:visible))",
        },
    ],
});

tours.add("aftersales_thread_report_back", {
    steps: () => [
        {
            content: "report back",
            trigger: ".o_statusbar_buttons button[name=action_report_back]",
            run: "click",
        },
        {
            content: "reported back",
            trigger: ".o_statusbar_buttons:not(:has(button[name=action_report_back]))",
        },
    ],
});

tours.add("aftersales_thread_close", {
    steps: () => step("action_close", "Closed"),
});
