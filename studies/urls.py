"""Addresses of the studies app: the reader's pages and API first, then the staff's."""

from django.urls import path

from studies.api import coordinator as coordinator_api
from studies.api import description
from studies.api import reader as reader_api
from studies.views import analyst, cases, coordinator, exports, flow, leaks, own_table, people, reader, record

app_name = "studies"
urlpatterns = [
    path("read/", reader.home, name="reader-home"),
    path("read/<str:participant>/", reader.reading, name="reading"),
    path("read/<str:participant>/step/<slug:kind>/", flow.step, name="step"),
    path("read/<str:participant>/withdraw/", flow.withdraw, name="withdraw"),
    path("read/<str:participant>/done/", reader.done, name="reading-done"),
    path("api/openapi.json", description.openapi, name="openapi"),
    path("api/docs/", description.api_docs, name="api-docs"),
    path("join/<str:token>/", people.join, name="join"),
    path("api/r/<str:participant>/next/", reader_api.NextTrial.as_view(), name="next"),
    path("api/r/<str:participant>/sittings/", reader_api.Sittings.as_view(), name="sittings"),
    path("api/r/trials/<str:trial>/draft/", reader_api.DraftItem.as_view(), name="draft"),
    path("api/r/trials/<str:trial>/interactions/", reader_api.Interactions.as_view(), name="interactions"),
    path("api/r/responses/<uuid:response_id>/", reader_api.ResponseItem.as_view(), name="response"),
    # A study's slug ends in four random characters, so it can't be one of the fixed words.
    path("studies/", coordinator.index, name="study-list"),
    path("studies/new/", coordinator.new, name="study-new"),
    path("studies/drafts/", cases.draft_list, name="draft-list"),
    path("studies/cases/", cases.add, name="case-add"),
    path("studies/analyze/", own_table.bring, name="table"),
    path("studies/analyze/<str:token>/", own_table.columns, name="table-columns"),
    path("studies/analyze/<str:token>/report/", own_table.report, name="table-report"),
    path("studies/analyze/<str:token>/report.html", own_table.report_alone, name="table-file"),
    path("studies/analyze/<str:token>/<slug:key>.csv", own_table.numbers, name="table-numbers"),
    path("studies/<slug:slug>/", coordinator.study, name="study"),
    path("studies/<slug:slug>/move/", coordinator.move, name="study-move"),
    path("studies/<slug:slug>/invitations/", people.invitation_add, name="invitation-add"),
    path("studies/<slug:slug>/invitations/withdraw/", people.invitation_remove, name="invitation-withdraw"),
    path("studies/<slug:slug>/members/", people.members_add, name="member-add"),
    path("studies/<slug:slug>/members/remove/", people.members_remove, name="member-remove"),
    path("studies/<slug:slug>/reminders/", people.reminders, name="reminders"),
    path("studies/<slug:slug>/copy/", people.copy, name="study-copy"),
    path("studies/<slug:slug>/leaks/", leaks.leaks, name="leaks"),
    path("studies/<slug:slug>/leaks/run/", leaks.leaks_run, name="leaks-run"),
    path("studies/<slug:slug>/record/", record.record, name="record"),
    path("studies/<slug:slug>/record.jsonl", record.record_file, name="record-file"),
    path("studies/<slug:slug>/readers/", coordinator.readers, name="study-readers"),
    path("studies/<slug:slug>/cases/remove/", cases.remove, name="case-remove"),
    path("studies/<slug:slug>/cases/prepare/", cases.prepare, name="case-prepare"),
    path("studies/<slug:slug>/results/", analyst.results, name="results"),
    path("studies/<slug:slug>/results.csv", analyst.results_csv, name="results-csv"),
    path("studies/<slug:slug>/results.json", analyst.results_json, name="results-json"),
    path("studies/<slug:slug>/report.html", analyst.report_alone, name="report-file"),
    path("studies/<slug:slug>/results/<slug:key>.csv", analyst.report_numbers, name="report-numbers"),
    path("studies/<slug:slug>/exports/", exports.exports, name="exports"),
    path("studies/<slug:slug>/exports/<slug:kind>/", exports.export, name="export"),
    path("api/studies/<slug:slug>/exports/<slug:kind>/", exports.export, name="api-export"),
    path("studies/<slug:slug>/responses.csv", analyst.responses_csv, name="responses-csv"),
    path("studies/<slug:slug>/codebook.json", analyst.codebook_json, name="codebook"),
    path("api/studies/<slug:slug>/progress/", coordinator_api.progress, name="progress"),
]
