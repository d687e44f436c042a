#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes dashboards/*.json, so that all panels are alike. Run it after a change: python3 deploy/grafana/generate.py"""

import json
import pathlib
import sys

RATE = "$__rate_interval"
NAMESPACE = 'namespace=~"$namespace"'
STUDENT = NAMESPACE + ',student=~"$student"'
CURRICULUM = NAMESPACE + ',curriculum=~"$curriculum"'
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
DASHBOARDS = {
    "overview": "Wildstream: overview",
    "teacher": "Wildstream: teacher",
    "selection": "Wildstream: selection",
    "learning": "Wildstream: learning",
    "kafka-jvm": "Wildstream: Kafka and JVM",
}


def rate(name, labels=NAMESPACE, by="", more=""):
    selector = ",".join(part for part in (labels, more) if part)
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (rate({name}{{{selector}}}[{RATE}]))"


def quantile(q, name, labels=NAMESPACE, by="", more=""):
    keys = ",".join(part for part in ("le", by) if part)
    return f"histogram_quantile({q}, {rate(name + '_bucket', labels, keys, more)})"


def gauge(function, name, labels=NAMESPACE, by="", more=""):
    selector = ",".join(part for part in (labels, more) if part)
    grouped = f" by ({by})" if by else ""
    return f"{function}{grouped} ({name}{{{selector}}})"


def targets(queries, form="time_series", instant=False):
    return [
        {
            "refId": chr(ord("A") + i),
            "datasource": SOURCE,
            "expr": expr,
            "legendFormat": legend,
            "format": form,
            "instant": instant,
            "range": not instant,
            "exemplar": "_bucket" in expr and not instant,
        }
        for i, (expr, legend) in enumerate(queries)
    ]


def steps(values):
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in values]}


def panel(kind, title, description, unit, queries, width, height, options, custom=None, thresholds=None, **more):
    defaults = {"unit": unit, **more}
    if custom is not None:
        defaults["custom"] = custom
    if thresholds:
        defaults["thresholds"] = steps(thresholds)
        defaults["color"] = {"mode": "thresholds"}
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": SOURCE,
        "targets": targets(queries, form="heatmap" if kind == "heatmap" else "time_series", instant=kind == "stat"),
        "gridPos": {"w": width, "h": height, "x": 0, "y": 0},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options,
    }


def series(title, description, unit, queries, width=8, stacked=False, **more):
    options = {
        "legend": {"calcs": ["lastNotNull"], "displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    custom = {"lineWidth": 1, "fillOpacity": 30 if stacked else 5, "showPoints": "never", "spanNulls": 60000}
    custom["stacking"] = {"mode": "normal" if stacked else "none", "group": "A"}
    return panel("timeseries", title, description, unit, queries, width, 8, options, custom, **more)


def stat(title, description, unit, queries, width=4, **more):
    options = {
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "percentChangeColorMode": "standard",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "showPercentChange": False,
        "textMode": "auto",
        "wideLayout": True,
    }
    return panel("stat", title, description, unit, queries, width, 4, options, **more)


def heatmap(title, description, unit, queries, width=8):
    options = {
        "calculate": False,
        "cellGap": 1,
        "color": {"exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": False, "scheme": "Oranges", "steps": 64},
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "yHistogram": False},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit},
    }
    return panel("heatmap", title, description, unit, queries, width, 8, options, {"scaleDistribution": {"type": "linear"}})


def states(title, description, queries, width=24):
    options = {
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "never",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    mapping = [{"type": "value", "options": {"0": {"text": "no", "color": "transparent"}, "1": {"text": "yes", "color": "green"}}}]
    return panel(
        "state-timeline", title, description, "none", queries, width, 6, options, {"fillOpacity": 80, "lineWidth": 0}, mappings=mapping
    )


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"w": 24, "h": 1, "x": 0, "y": 0}}


def variable(name, label, description, query):
    return {
        "type": "query",
        "name": name,
        "label": label,
        "description": description,
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "refresh": 2,
        "regex": "",
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "options": [],
        "hide": 0,
        "skipUrlSync": False,
    }


def variables():
    return [
        {
            "type": "datasource",
            "name": "datasource",
            "label": "Data source",
            "description": "The Prometheus that scrapes the cluster",
            "query": "prometheus",
            "refresh": 1,
            "regex": "",
            "multi": False,
            "includeAll": False,
            "options": [],
            "hide": 0,
            "skipUrlSync": False,
        },
        variable("namespace", "Namespace", "Namespace on Kubernetes; All where there is none", "label_values(up, namespace)"),
        variable("student", "Student", "Students that have a trainer", f"label_values(wildstream_trainer_state{{{NAMESPACE}}}, student)"),
        variable(
            "curriculum",
            "Curriculum",
            "Curricula that a selector has decided for",
            f"label_values(wildstream_selector_decisions_total{{{NAMESPACE}}}, curriculum)",
        ),
    ]


def annotations():
    return [
        {
            "builtIn": 1,
            "datasource": {"type": "grafana", "uid": "-- Grafana --"},
            "enable": True,
            "hide": True,
            "iconColor": "rgba(0, 211, 255, 1)",
            "name": "Annotations & Alerts",
            "type": "dashboard",
        },
        {
            "datasource": SOURCE,
            "enable": True,
            "iconColor": "purple",
            "name": "Lineage",
            "titleFormat": "{{student}}: {{event}}",
            "textFormat": "an event of the lineage of {{student}}",
            "tagKeys": "student,event",
            "target": {
                "refId": "Lineage",
                "expr": f"sum by (student, event) (increase(wildstream_trainer_lineage_events_total{{{STUDENT}}}[$__interval])) > 0",
                "interval": "30s",
            },
        },
        {
            "datasource": SOURCE,
            "enable": False,
            "iconColor": "red",
            "name": "Alerts",
            "titleFormat": "{{alertname}}",
            "textFormat": "severity {{severity}}",
            "tagKeys": "severity",
            "target": {
                "refId": "Alerts",
                "expr": f'max by (alertname, severity) (ALERTS{{{NAMESPACE},alertname=~"Wildstream.*",alertstate="firing"}})',
                "interval": "30s",
            },
        },
    ]


def links(own):
    return [
        {
            "type": "link",
            "title": title.split(": ")[1],
            "tooltip": title,
            "url": f"/d/wildstream-{name}",
            "icon": "dashboard",
            "tags": [],
            "asDropdown": False,
            "targetBlank": False,
            "includeVars": True,
            "keepTime": True,
        }
        for name, title in DASHBOARDS.items()
        if name != own
    ]


def place(panels):
    x = y = height = 0
    for number, one in enumerate(panels, 1):
        position = one["gridPos"]
        if one["type"] == "row" or x + position["w"] > 24:
            y += height
            x = height = 0
        position["x"], position["y"] = x, y
        x += position["w"]
        height = max(height, position["h"])
        one["id"] = number
        if one["type"] == "row":
            y, x, height = y + 1, 0, 0
    return panels


def dashboard(name, description, panels):
    return {
        "uid": f"wildstream-{name}",
        "title": DASHBOARDS[name],
        "description": description,
        "tags": ["wildstream"],
        "schemaVersion": 42,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "timepicker": {},
        "fiscalYearStartMonth": 0,
        "preload": False,
        "links": links(name),
        "templating": {"list": variables()},
        "annotations": {"list": annotations()},
        "panels": place(panels),
    }



def overview():
    fresh = "wildstream_trainer_freshness_seconds"
    return [
        row("Health"),
        stat(
            "Instances",
            "Instances by service whose heartbeat is at most 10 seconds old.",
            "none",
            [(gauge("max", "wildstream_gateway_live_instances", by="service"), "{{service}}")],
            8,
            thresholds=[("red", None), ("green", 1)],
        ),
        stat(
            "Alerts",
            "Alerts of Wildstream that fire now; needs the rules of deploy/prometheus.",
            "none",
            [(f'count(ALERTS{{{NAMESPACE},alertname=~"Wildstream.*",alertstate="firing"}}) or vector(0)', "firing")],
            thresholds=[("green", None), ("red", 1)],
        ),
        stat(
            "Fresh",
            "SLO freshness: share of the selected samples that were learned within 60 s of being stored, last 5 minutes. Objective: 95 %.",
            "percentunit",
            [(f"1 - student:wildstream_stale_samples:ratio_rate5m{{{STUDENT}}}", "{{student}}")],
            thresholds=[("red", None), ("yellow", 0.9), ("green", 0.95)],
        ),
        stat(
            "Lost",
            "SLO no loss: records that retention removed before a stage had read them.",
            "none",
            [(gauge("max", "wildstream_gateway_stage_lost_records_total", by="stage"), "{{stage}}")],
            thresholds=[("green", None), ("red", 1)],
        ),
        stat(
            "Kafka asked",
            "Time since Kafka last reported its offsets.",
            "s",
            [(gauge("max", "wildstream_gateway_probe_age_seconds"), "age")],
            thresholds=[("green", None), ("red", 30)],
        ),
        row("Flow"),
        series(
            "Samples by stage",
            "Samples each second: taken in, answered, kept by each curriculum, learned by each student.",
            "cps",
            [
                (rate("wildstream_gateway_samples_accepted_total"), "taken in"),
                (rate("wildstream_teacher_outputs_total"), "answered"),
                (rate("wildstream_selector_decisions_total", CURRICULUM, "curriculum", 'decision="kept"'), "kept by {{curriculum}}"),
                (rate("wildstream_trainer_samples_total", STUDENT, "student", 'kind="fresh"'), "learned by {{student}}"),
            ],
            12,
        ),
        series(
            "Lag by stage",
            "Committed records that wait for a stage, all its instances together, and for each student.",
            "short",
            [
                (gauge("max", "wildstream_gateway_stage_lag_records", by="stage"), "{{stage}}"),
                (gauge("max", "wildstream_trainer_lag_records", STUDENT, "student"), "student {{student}}"),
            ],
            12,
        ),
        series(
            "Starved and saturated",
            "Share of the time that a stage waited for samples (starved), and that a student's full queue stopped the reading (saturated).",
            "percentunit",
            [
                (f"avg(rate(wildstream_teacher_starvation_seconds_total{{{NAMESPACE}}}[{RATE}]))", "teachers starved"),
                (rate("wildstream_trainer_starvation_seconds_total", STUDENT, "student"), "{{student}} starved"),
                (rate("wildstream_trainer_saturation_seconds_total", STUDENT, "student"), "{{student}} saturated"),
            ],
            min=0,
            max=1,
        ),
        series(
            "Age of samples when learned",
            "Freshness: time from the storing of a sample to the step that learned it.",
            "s",
            [
                (quantile(0.5, fresh, STUDENT, "student"), "{{student}} median"),
                (quantile(0.95, fresh, STUDENT, "student"), "{{student}} 95 %"),
            ],
        ),
        series(
            "Dead letters",
            "Records that a stage could not use, each minute by topic; see docs/dead-letters.md.",
            "cpm",
            [
                (
                    f'60 * max by (topic) (rate(wildstream_gateway_topic_records_total{{{NAMESPACE},topic=~".+-dlq"}}[{RATE}]))',
                    "{{topic}}",
                )
            ],
        ),
        row("Gateway"),
        series(
            "Not stored",
            "Samples each second that were refused, were there already, or that Kafka did not acknowledge.",
            "cps",
            [
                (rate("wildstream_gateway_samples_refused_total", by="reason"), "refused: {{reason}}"),
                (rate("wildstream_gateway_samples_duplicates_total"), "duplicates"),
                (rate("wildstream_gateway_samples_failed_total"), "failed"),
            ],
        ),
        series(
            "On the way to Kafka",
            "Samples that Kafka has not acknowledged yet, and the backlog before the teachers.",
            "short",
            [
                (gauge("sum", "wildstream_gateway_in_flight_records"), "in flight"),
                (gauge("max", "wildstream_gateway_backlog_records"), "backlog"),
            ],
        ),
        series(
            "Bytes",
            "Bytes of accepted samples each second, bytes in flight, and bytes of all that clients send that are held in memory.",
            "bytes",
            [
                (rate("wildstream_gateway_samples_bytes_total"), "each second"),
                (gauge("sum", "wildstream_gateway_in_flight_bytes"), "in flight"),
                (gauge("sum", "wildstream_gateway_held_bytes"), "held"),
            ],
        ),
        series(
            "Calls",
            "gRPC calls each second by status.",
            "cps",
            [(rate("wildstream_gateway_call_seconds_count", by="code"), "{{code}}")],
        ),
        series(
            "Duration of calls",
            "95 % of the gRPC calls of a method took no longer; streams last as long as they last.",
            "s",
            [(quantile(0.95, "wildstream_gateway_call_seconds", by="method"), "{{method}}")],
        ),
        series(
            "Held back",
            "Share of the time that the backlog was full, calls ended for it each second, what was turned away, and open streams.",
            "short",
            [
                (f"max(rate(wildstream_gateway_backlog_full_seconds_total{{{NAMESPACE}}}[{RATE}]))", "full, share of time"),
                (rate("wildstream_gateway_calls_overloaded_total"), "ended calls"),
                (rate("wildstream_gateway_turned_away_total", by="reason"), "turned away: {{reason}}"),
                (gauge("sum", "wildstream_gateway_streams", by="method"), "open {{method}}"),
            ],
        ),
        series(
            "Written to topics",
            "Records each second by topic.",
            "cps",
            [(f"max by (topic) (rate(wildstream_gateway_topic_records_total{{{NAMESPACE}}}[{RATE}]))", "{{topic}}")],
            24,
        ),
    ]


def teacher():
    return [
        row("Which teacher"),
        stat(
            "Device",
            "What the teacher that answers runs on, with its model.",
            "none",
            [(gauge("count", "wildstream_teacher_info", by="model, device"), "{{model}} on {{device}}")],
            8,
        ),
        stat(
            "Generation",
            "Generation of the teacher that answers; instances differ while a new one is loaded.",
            "none",
            [(gauge("max", "wildstream_teacher_generation"), "newest"), (gauge("min", "wildstream_teacher_generation"), "oldest")],
            8,
        ),
        stat(
            "Models",
            "Models loaded and refused since the processes began.",
            "none",
            [(gauge("sum", "wildstream_teacher_model_loads_total", by="result"), "{{result}}")],
            8,
        ),
        row("Throughput"),
        series(
            "Outcomes",
            "Records each second whose outcome is committed: outputs, and all with end markers and dead letters.",
            "cps",
            [
                (rate("wildstream_teacher_outputs_total", by="instance"), "outputs {{instance}}"),
                (rate("wildstream_teacher_records_total", by="instance"), "records {{instance}}"),
            ],
        ),
        series(
            "Lag",
            "Records of samples not yet read, by instance.",
            "short",
            [(gauge("sum", "wildstream_teacher_lag_records", by="instance"), "{{instance}}")],
        ),
        series(
            "Starved",
            "Share of the time that an instance waited for samples or for a teacher.",
            "percentunit",
            [(rate("wildstream_teacher_starvation_seconds_total", by="instance"), "{{instance}}")],
            min=0,
            max=1,
        ),
        row("Batching and latency"),
        series(
            "Batch size",
            "Samples of a forward pass; full batches use the device best.",
            "short",
            [
                (quantile(0.5, "wildstream_teacher_batch_samples"), "median"),
                (quantile(0.95, "wildstream_teacher_batch_samples"), "95 %"),
                (f"{rate('wildstream_teacher_batch_samples_sum')} / {rate('wildstream_teacher_batch_samples_count')}", "mean"),
            ],
        ),
        series(
            "Duration of steps",
            "Decode and forward of a batch, commit of a poll: median and 95 %.",
            "s",
            [
                (quantile(0.5, "wildstream_teacher_step_seconds", by="step"), "{{step}} median"),
                (quantile(0.95, "wildstream_teacher_step_seconds", by="step"), "{{step}} 95 %"),
            ],
        ),
        heatmap(
            "Forward passes",
            "Durations of forward passes over time; exemplars lead to traces.",
            "s",
            [(rate("wildstream_teacher_step_seconds_bucket", by="le", more='step="forward"'), "{{le}}")],
        ),
        series(
            "Cost of a sample",
            "Seconds of decode and forward for each output.",
            "s",
            [
                (
                    f"{rate('wildstream_teacher_step_seconds_sum', more='step=' + chr(34) + one + chr(34))}"
                    f" / {rate('wildstream_teacher_outputs_total')}",
                    one,
                )
                for one in ("decode", "forward")
            ],
        ),
        series(
            "Processor",
            "Share of the machine's processors that a teacher process uses.",
            "percentunit",
            [(f'max by (instance) (process_cpu_usage{{{NAMESPACE}}} and on (instance) wildstream_teacher_generation{{{NAMESPACE}}})', "{{instance}}")],
        ),
        series(
            "GPU",
            "Utilisation of the GPUs, as NVIDIA's DCGM exporter tells it; empty without one.",
            "percent",
            [(gauge("max", "DCGM_FI_DEV_GPU_UTIL", by="gpu, instance"), "GPU {{gpu}} {{instance}}")],
            min=0,
            max=100,
        ),
        series(
            "GPU memory",
            "Framebuffer in use, as NVIDIA's DCGM exporter tells it; empty without one.",
            "decmbytes",
            [(gauge("max", "DCGM_FI_DEV_FB_USED", by="gpu, instance"), "GPU {{gpu}} {{instance}}")],
        ),
        row("Failures"),
        series(
            "Dead letters",
            "Samples that the teachers could not answer, each second by reason.",
            "cps",
            [(rate("wildstream_teacher_dead_letters_total", by="reason"), "{{reason}}")],
        ),
        series(
            "Transactions",
            "Transactions each second; a failed one is undone and done again.",
            "cps",
            [(rate("wildstream_teacher_transactions_total", by="result"), "{{result}}")],
        ),
        series(
            "Native arrays",
            "Arrays that the processes hold outside the heap; constant unless something leaks.",
            "short",
            [(gauge("max", "wildstream_teacher_native_arrays", by="instance"), "{{instance}}")],
        ),
    ]


def selection():
    noise = "wildstream_selector_noise_value"
    decided = rate("wildstream_selector_decisions_total", CURRICULUM, "curriculum")
    return [
        row("Noise value and threshold"),
        series(
            "Noise value",
            "Quantiles of -ln max softmax over the stream, in nats; small is useful.",
            "none",
            [(quantile(q, noise), f"{q:.0%}") for q in (0.1, 0.25, 0.5, 0.75, 0.9)],
        ),
        heatmap(
            "Noise values",
            "How the noise values of the stream are spread over time.",
            "none",
            [(rate(noise + "_bucket", by="le"), "{{le}}")],
        ),
        series(
            "Threshold",
            "Score up to which a curriculum keeps, by pseudo-label.",
            "none",
            [(gauge("avg", "wildstream_selector_threshold", CURRICULUM, "curriculum, label"), "{{curriculum}} {{label}}")],
        ),
        row("Keep rate"),
        series(
            "Keep rate",
            "Share of the stream that is kept, and the share that the policy asks for.",
            "percentunit",
            [
                (
                    f"{rate('wildstream_selector_decisions_total', CURRICULUM, 'curriculum', 'decision=' + chr(34) + 'kept' + chr(34))} / {decided}",
                    "{{curriculum}}",
                ),
                (gauge("max", "wildstream_selector_keep_rate_asked_ratio", CURRICULUM, "curriculum"), "{{curriculum}} asked"),
            ],
        ),
        series(
            "Keep rate of 15 minutes",
            "The recorded keep rate, on which an alert rests.",
            "percentunit",
            [(f"curriculum:wildstream_keep_rate:ratio_rate15m{{{CURRICULUM}}}", "{{curriculum}}")],
        ),
        series(
            "Warm classes",
            "Share of the classes seen whose quantile rests on enough samples.",
            "percentunit",
            [(gauge("avg", "wildstream_selector_warm_ratio", CURRICULUM, "curriculum"), "{{curriculum}}")],
            min=0,
            max=1,
        ),
        row("Class mix and drift"),
        series(
            "Class mix of the stream",
            "Samples each second by pseudo-label.",
            "cps",
            [(rate("wildstream_selector_pseudo_labels_total", by="label"), "{{label}}")],
            stacked=True,
        ),
        series(
            "Class mix of what is kept",
            "Kept samples each second by pseudo-label; with class balance all are alike.",
            "cps",
            [(rate("wildstream_selector_kept_total", CURRICULUM, "curriculum, label"), "{{curriculum}} {{label}}")],
            stacked=True,
        ),
        series(
            "Changes of the stream",
            "Changes noticed in the last hour, by signal.",
            "none",
            [(f"sum by (signal) (increase(wildstream_selector_drifts_total{{{NAMESPACE}}}[1h]))", "{{signal}}")],
        ),
        row("The stage"),
        series(
            "Records",
            "Teacher outputs read each second, by instance.",
            "cps",
            [(rate("wildstream_selector_records_total", by="instance"), "{{instance}}")],
            5,
        ),
        series(
            "Lag",
            "Teacher outputs not yet read, by instance.",
            "short",
            [(gauge("sum", "wildstream_selector_lag_records", by="instance"), "{{instance}}")],
            5,
        ),
        series(
            "Payload horizon",
            "Samples between the oldest that is kept and the payloads brought last, by instance. At 0 payloads are lost.",
            "short",
            [(gauge("min", "wildstream_selector_payload_horizon_records", by="instance"), "{{instance}}")],
            4,
        ),
        series(
            "Duration of steps",
            "95 % of the records took no longer, by step.",
            "s",
            [(quantile(0.95, "wildstream_selector_step_seconds", by="step"), "{{step}}")],
            5,
        ),
        series(
            "Dead letters",
            "Teacher outputs that could not be used, each second by reason.",
            "cps",
            [(rate("wildstream_selector_dead_letters_total", by="reason"), "{{reason}}")],
            5,
        ),
    ]


def learning():
    return [
        row("State"),
        states(
            "State",
            "What each student does.",
            [(gauge("max", "wildstream_trainer_state", STUDENT, "student, state"), "{{student}} {{state}}")],
        ),
        stat(
            "Steps",
            "Steps done in the student's life.",
            "none",
            [(gauge("max", "wildstream_trainer_steps", STUDENT, "student"), "{{student}}")],
            6,
        ),
        stat(
            "Samples learned",
            "Selected samples learned in the student's life.",
            "none",
            [(gauge("max", "wildstream_trainer_trained_samples", STUDENT, "student"), "{{student}}")],
            6,
        ),
        stat(
            "Device and curriculum",
            "What each student runs on and which curriculum it reads.",
            "none",
            [(gauge("count", "wildstream_trainer_info", STUDENT, "student, curriculum, device"), "{{student}}: {{curriculum}} on {{device}}")],
            6,
        ),
        stat(
            "Lineage events",
            "Events of the lineage since the processes began.",
            "none",
            [(gauge("sum", "wildstream_trainer_lineage_events_total", STUDENT, "event"), "{{event}}")],
            6,
        ),
        row("How well it learns"),
        series(
            "Loss terms",
            "Weighted loss terms and their sum, averaged over the last steps.",
            "none",
            [(gauge("max", "wildstream_trainer_loss", STUDENT, "student, term"), "{{student}} {{term}}")],
        ),
        series(
            "Agreement",
            "Share of the newest samples labelled as by the teacher, before they are learned.",
            "percentunit",
            [(gauge("max", "wildstream_trainer_agreement_ratio", STUDENT, "student"), "{{student}}")],
        ),
        series(
            "Accuracy on the holdout",
            "Share of the holdout labelled right; empty without a holdout.",
            "percentunit",
            [(gauge("max", "wildstream_trainer_holdout_accuracy_ratio", STUDENT, "student"), "{{student}}")],
        ),
        series(
            "Diagonal of Q",
            "Q_ii of the noise adaptation matrix at the newest checkpoint: how far the pseudo-label of a class is trusted.",
            "percentunit",
            [(gauge("max", "wildstream_trainer_q_diagonal_ratio", STUDENT, "student, label"), "{{student}} {{label}}")],
        ),
        series(
            "Largest confusion of Q",
            "Largest off-diagonal of each row of the noise adaptation matrix: what it has learned that a class is mistaken for.",
            "percentunit",
            [(gauge("max", "wildstream_trainer_q_confusion_ratio", STUDENT, "student, label"), "{{student}} {{label}}")],
        ),
        series(
            "Learning rate",
            "Learning rate of the next step.",
            "none",
            [(gauge("max", "wildstream_trainer_learning_rate", STUDENT, "student"), "{{student}}")],
        ),
        row("How fast"),
        series(
            "Samples",
            "Samples each second: fresh, rehearsed, left out.",
            "cps",
            [(rate("wildstream_trainer_samples_total", STUDENT, "student, kind"), "{{student}} {{kind}}")],
        ),
        series(
            "Duration of a step",
            "Median and 95 % by kind of step.",
            "s",
            [
                (quantile(0.5, "wildstream_trainer_step_seconds", STUDENT, "student, kind"), "{{student}} {{kind}} median"),
                (quantile(0.95, "wildstream_trainer_step_seconds", STUDENT, "student, kind"), "{{student}} {{kind}} 95 %"),
            ],
        ),
        series(
            "Starved and saturated",
            "Share of the time that training waited for samples, and that its full queue stopped the reading.",
            "percentunit",
            [
                (f"student:wildstream_starvation:ratio_rate5m{{{STUDENT}}}", "{{student}} starved"),
                (f"student:wildstream_saturation:ratio_rate5m{{{STUDENT}}}", "{{student}} saturated"),
            ],
            min=0,
            max=1,
        ),
        heatmap(
            "Age of samples when learned",
            "Freshness: from the storing of a sample to the step that learned it.",
            "s",
            [(rate("wildstream_trainer_freshness_seconds_bucket", STUDENT, "le"), "{{le}}")],
        ),
        series(
            "Stale samples",
            "Share of the samples that were learned later than 60 s after they were stored; the error budget is 5 %.",
            "percentunit",
            [
                (f"student:wildstream_stale_samples:ratio_rate{window}{{{STUDENT}}}", "{{student}} " + window)
                for window in ("5m", "30m", "1h", "6h", "3d")
            ],
        ),
        series(
            "Lag",
            "Records of the curriculum not yet read.",
            "short",
            [(gauge("max", "wildstream_trainer_lag_records", STUDENT, "student"), "{{student}}")],
        ),
        row("Checkpoints and failures"),
        series(
            "Age of the newest checkpoint",
            "What would be learned again after a crash; it rises while nothing is learned.",
            "s",
            [(gauge("max", "wildstream_trainer_checkpoint_age_seconds", STUDENT, "student"), "{{student}}")],
        ),
        series(
            "Duration of checkpoints and evaluations",
            "95 % took no longer.",
            "s",
            [
                (quantile(0.95, "wildstream_trainer_checkpoint_seconds", STUDENT, "student"), "{{student}} checkpoint"),
                (quantile(0.95, "wildstream_trainer_evaluation_seconds", STUDENT, "student"), "{{student}} evaluation"),
            ],
        ),
        series(
            "Bad checkpoints",
            "Checkpoints that could not be stored, and that were not as committed, in the last hour.",
            "none",
            [
                (f"sum by (student) (increase(wildstream_trainer_checkpoints_failed_total{{{STUDENT}}}[1h]))", "{{student}} failed"),
                (f"sum by (student) (increase(wildstream_trainer_checkpoints_corrupt_total{{{STUDENT}}}[1h]))", "{{student}} corrupt"),
            ],
        ),
        series(
            "Dead letters",
            "Records that could not be learned from, each second by reason.",
            "cps",
            [(rate("wildstream_trainer_dead_letters_total", STUDENT, "student, reason"), "{{student}} {{reason}}")],
        ),
        series(
            "Spec",
            "Generation of the training spec in use.",
            "none",
            [(gauge("max", "wildstream_trainer_spec_generation", STUDENT, "student"), "{{student}}")],
        ),
        series(
            "Native arrays",
            "Arrays that the processes hold outside the heap; constant unless something leaks.",
            "short",
            [(gauge("max", "wildstream_trainer_native_arrays", STUDENT, "student"), "{{student}}")],
        ),
    ]


def kafka_jvm():
    return [
        row("Consumers"),
        series(
            "Lag by partition",
            "Records between a consumer's position and the end of its partition.",
            "short",
            [(gauge("max", "kafka_consumer_fetch_manager_records_lag", by="topic, partition"), "{{topic}} {{partition}}")],
        ),
        series(
            "Records consumed",
            "Records each second by client.",
            "cps",
            [(rate("kafka_consumer_fetch_manager_records_consumed_total", by="client_id"), "{{client_id}}")],
        ),
        series(
            "Fetch latency",
            "Mean time of a fetch; the brokers wait for data up to fetch.max.wait.ms.",
            "ms",
            [(gauge("max", "kafka_consumer_fetch_manager_fetch_latency_avg", by="client_id"), "{{client_id}}")],
        ),
        row("Producers"),
        series(
            "Records sent",
            "Records each second by client.",
            "cps",
            [(rate("kafka_producer_record_send_total", by="client_id"), "{{client_id}}")],
        ),
        series(
            "Errors and retries",
            "Sends that failed or were tried again, each second.",
            "cps",
            [
                (rate("kafka_producer_record_error_total", by="client_id"), "{{client_id}} errors"),
                (rate("kafka_producer_record_retry_total", by="client_id"), "{{client_id}} retries"),
            ],
        ),
        series(
            "Request latency",
            "Mean time of a request of a producer.",
            "ms",
            [(gauge("max", "kafka_producer_request_latency_avg", by="client_id"), "{{client_id}}")],
        ),
        row("Kafka Streams"),
        series(
            "Processed",
            "Records each second by stream thread.",
            "cps",
            [(gauge("sum", "kafka_stream_thread_process_rate", by="thread_id"), "{{thread_id}}")],
        ),
        series(
            "Processing and commit latency",
            "Mean time of processing a record and of a commit.",
            "ms",
            [
                (gauge("max", "kafka_stream_thread_process_latency_avg", by="thread_id"), "process {{thread_id}}"),
                (gauge("max", "kafka_stream_thread_commit_latency_avg", by="thread_id"), "commit {{thread_id}}"),
            ],
        ),
        series(
            "Rebalances",
            "Rebalances of the consumer groups in the last hour, by client.",
            "none",
            [(f"sum by (client_id) (increase(kafka_consumer_coordinator_rebalance_total{{{NAMESPACE}}}[1h]))", "{{client_id}}")],
        ),
        row("JVM"),
        series(
            "Heap",
            "Heap in use by process.",
            "bytes",
            [(gauge("sum", "jvm_memory_used_bytes", by="instance", more='area="heap"'), "{{instance}}")],
        ),
        series(
            "Garbage collection",
            "Share of the time in pauses.",
            "percentunit",
            [(rate("jvm_gc_pause_seconds_sum", by="instance"), "{{instance}}")],
        ),
        series(
            "Processor",
            "Share of the machine's processors that a process uses.",
            "percentunit",
            [(gauge("max", "process_cpu_usage", by="instance"), "{{instance}}")],
        ),
        series(
            "Threads",
            "Live threads by process.",
            "short",
            [(gauge("sum", "jvm_threads_live_threads", by="instance"), "{{instance}}")],
        ),
        series(
            "Uptime",
            "Time since the process began; a fall is a restart.",
            "s",
            [(gauge("max", "process_uptime_seconds", by="instance"), "{{instance}}")],
        ),
        series(
            "HTTP requests",
            "Requests each second by status.",
            "reqps",
            [(rate("http_server_requests_seconds_count", by="status"), "{{status}}")],
        ),
    ]


CONTENT = {
    "overview": ("Flow, rates, lag and health of the whole pipeline.", overview),
    "teacher": ("Batching, latency and device of the teachers.", teacher),
    "selection": ("Noise values, thresholds, keep rate, class mix and drift.", selection),
    "learning": ("Losses, agreement, accuracy, Q, freshness and checkpoints of the students.", learning),
    "kafka-jvm": ("Kafka's clients, Kafka Streams and the Java processes.", kafka_jvm),
}


def main():
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "dashboards"
    for name, (description, panels) in CONTENT.items():
        text = json.dumps(dashboard(name, description, panels()), indent=2)
        (directory / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
