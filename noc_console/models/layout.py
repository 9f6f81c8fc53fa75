"""Every table and column as plain text, so that a command need not load SQLModel, which takes a tenth of a second.

Written by ``python -m noc_console.models``; a test holds it to the models.
A line is a column: name, type, ``key``, ``unique`` or ``null`` where it is one, and the value of a new row.
"""

from typing import Final

LAYOUT: Final = {
    "intent": """
        intent_id text key
        origin text
        origin_seq bigint
        kind text
        record text
        root text
        event text
        schema bigint
        actor text
        via text
        submitted_by text
        occurred_ms bigint
        hlc bigint
        seen text
        body_digest text
        prev_digest text
        digest text
        seal text null
    """,
    "intent_body": """
        intent_id text key
        salt bytes
        body bytes
    """,
    "verdict": """
        hub_seq bigint key
        intent_id text unique
        verdict text
        effects text
        reason text
        rules_version text
        confirmer text
        confirmed_ms bigint
        hub_digest text
    """,
    "hub_state": """
        id integer key
        store_id text
        code text
        origin text
        training boolean
        format_major integer
        format_minor integer
        last_hub_seq bigint
        last_hub_digest text
        last_origin_seq bigint
        last_origin_digest text
        last_hlc bigint
        last_number bigint
        digest text
    """,
    "ticket": """
        id text key
        ref text unique
        number bigint
        row_version integer = 1
        provisional boolean = false
        service_type text = "fault"
        state text
        open boolean = true
        held_from text null
        grade text
        urgent boolean = false
        emergency boolean = false
        impact text null
        urgency text null
        domain text null
        channel text
        subject text
        symptom text null
        occurred_at bigint null
        registered_at bigint null
        scope text null
        users_affected bigint null
        service_affecting text null
        objects text = "[]"
        requester_type text = "unknown"
        requester_name text null
        requester_organisation text null
        address text null
        phone text null
        contract text null
        customer text null
        language text null
        missing text = "[]"
        created_by text
        owner text null
        offered_to text null
        taken_until bigint null
        accepted_at bigint null
        contacted_at bigint null
        located_at bigint null
        cause_code text null
        location text null
        evidence text null
        plan_text text null
        plan_version integer = 0
        plan_by text null
        plan_remedy text null
        planned_at bigint null
        restore_first boolean = false
        interrupts text null
        backout text null
        approved_version integer = 0
        approved_by text null
        approved_how text null
        approved_at bigint null
        ratify_due bigint null
        voices text null
        noticed_at bigint null
        executor text null
        checker text null
        executed_at bigint null
        window_override text null
        restored_at bigint null
        how_verified text null
        temporary boolean = false
        cleared_how text null
        feedback_result text null
        feedback_cause text null
        feedback_prevention text null
        feedback_at bigint null
        answer text null
        attempts text = "[]"
        written_at bigint null
        closure_how text null
        closure_who text null
        closure_channel text null
        closure_score integer null
        closure_words text null
        closed_at bigint null
        archived_at bigint null
        archive_digest text null
        round integer = 1
        acts integer = 0
        wait_reason text null
        wait_until bigint null
        vendor_case text null
        vendors text null
        function_level text null
        management_level text null
        lead_alerted_at bigint null
        sla text = "{}"
        response_due bigint null
        restore_due bigint null
        update_due bigint null
        promised_at bigint null
        next_due bigint null
        next_clock text null
        breached text = "[]"
        snoozed_until bigint null
        acked_until bigint null
        last_event_at bigint null
        parent text null
        merged_into text null
        chronic boolean = false
        source_channel text null
        external_id text null
        fingerprint text null
        alarm_key text null
        alarms bigint = 0
        alarms_raised bigint = 0
        alarm_reports bigint = 0
        last_alarm_at bigint null
        cleared_at bigint null
        flapping_until bigint null
        report_due bigint null
        consult_round integer null
        repeat_round integer null
    """,
    "clock": """
        id text key
        record text
        name text
        round integer
        target_s bigint null
        calendar text
        base_s bigint = 0
        segments text = "[]"
        stopped_at bigint null
        verdict text = ""
        margin_s bigint null
        level integer = 0
        fired text = "[]"
        check_at bigint null
        breach_reason text null
        breach_words text null
        breach_by text null
        breach_at bigint null
    """,
    "message": """
        id text key
        record text
        at bigint
        direction text
        channel text
        sender text null
        recipient text null
        subject text null
        text text null
        message_id text null
        source text null
        flagged text null
        attachments text = "[]"
    """,
    "outbox": """
        id text key
        row_version integer = 1
        record text
        template text
        channel text
        recipient text null
        language text null
        subject text null
        text text null
        state text = "pending"
        created_at bigint
        sent_at bigint null
        sent_by text null
        sent_how text null
        reason text null
        tries integer null
        tried_at bigint null
        next_try_at bigint null
        error text null
        message_id text null
    """,
    "link": """
        id text key
        record text
        other text
        type text
        at bigint
    """,
    "alarm": """
        id text key
        record text
        fingerprint text
        name text
        severity text
        state text
        object text null
        count bigint = 1
        raised_at bigint null
        cleared_at bigint null
        text text null
        channel text null
        labels text = "{}"
        source text null
        last_at bigint null
        changes bigint = 0
        changes_at bigint null
    """,
    "visit": """
        id text key
        record text
        engineer text
        dispatched_at bigint null
        arrived_at bigint null
        left_at bigint null
        permit text null
        checklist text null
        run text null
    """,
    "affected": """
        id text key
        record text
        customer text null
        circuit text null
        informed_at bigint null
        answer text null
    """,
    "attachment": """
        id text key
        record text
        name text
        type text
        size bigint
        sha256 text
        at bigint
        run text null
        tree text null
        step text null
        command text null
    """,
    "inbox": """
        id text key
        row_version integer = 1
        record text
        kind text
        code text
        params text = "{}"
        recipient text
        state text = "open"
        done_by text null
        done_at bigint null
        at bigint
    """,
    "blob": """
        sha256 text key
        size bigint
        content bytes
    """,
    "quarantine": """
        id text key
        row_version integer = 1
        state text
        channel text
        source text null
        position integer = 0
        reason text
        text text null
        sha256 text
        at bigint
        decided_why text null
        ticket text null
    """,
    "alarm_watch": """
        id text key
        row_version integer = 1
        state text
        action text
        rule text null
        reason text null
        channel text
        fingerprint text
        name text
        severity text
        alarm_state text
        object text null
        source_ip text null
        text text null
        labels text = "{}"
        source text null
        count bigint = 1
        raised_at bigint null
        cleared_at bigint null
        last_at bigint
        changes bigint = 0
        changes_at bigint null
        due_at bigint null
        ticket text null
    """,
    "engineer": """
        id text key
        row_version integer = 1
        state text = "current"
        name text unique
        display text null
        roles text = "[]"
        skills text = "[]"
        phone text null
        email text null
    """,
    "customer": """
        id text key
        row_version integer = 1
        state text = "current"
        name text
        type text = "enterprise"
        organisation text null
        address text null
        phone text null
        contract text null
        contract_class text null
        language text null
    """,
    "policy": """
        id text key
        row_version integer = 1
        state text = "current"
        version integer
        body text
        at bigint
    """,
    "view": """
        id text key
        row_version integer = 1
        state text = "current"
        name text
        owner text
        shared boolean = false
        filter text = ""
        sort text = ""
    """,
    "store_lock": """
        id text key
        row_version integer = 1
        state text
        locked_by text
        locked_at bigint
        why text null
        unlocked_by text null
        unlocked_at bigint null
    """,
    "checklist": """
        id text key
        row_version integer = 1
        state text = "current"
        kind text
        name text
        domain text
        source text
        body text
        at bigint
    """,
    "diagnosis": """
        id text key
        ref text unique
        number bigint
        row_version integer = 1
        record text
        state text
        tree text
        domain text
        here text
        here_hash text
        step text
        entered text = "[]"
        round integer = 1
        approval text null
        started_by text
        started_at bigint
        ended_by text null
        ended_at bigint null
        cause_code text null
        why text null
    """,
    "diagnosis_answer": """
        id text key
        record text
        run text
        number integer
        tree text
        tree_hash text
        step text
        kind text
        choice integer
        target text
        led_to text
        value text null
        unit text null
        verdict text null
        judged text = "[]"
        said text null
        note text null
        approval text null
        answered_by text
        at bigint
        dropped_by text null
        dropped_at bigint null
    """,
    "consult": """
        id text key
        ref text unique
        number bigint
        row_version integer = 1
        record text
        state text
        round integer = 1
        reason text
        called_by text
        called_at bigint
        chair text null
        due_at bigint null
        started_at bigint null
        ended_at bigint null
        facts_known text null
        risk text null
        vendor_case text null
        customer_informed text null
        result text null
        concluded_by text null
        minutes_by text null
        minutes_at bigint null
        why text null
    """,
    "consult_member": """
        id text key
        record text
        consult text
        name text
        domain text null
        company text null
        level text null
        joined_by text
        at bigint
    """,
    "consult_item": """
        id text key
        record text
        consult text
        kind text
        rank integer
        text text null
        detail text null
        who text null
        until_at bigint null
        said_by text
        at bigint
    """,
    "report_up": """
        id text key
        record text
        report text
        level text
        recipient text
        round integer = 1
        reported_by text
        words text null
        at bigint
    """,
}
