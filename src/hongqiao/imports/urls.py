"""Addresses of the import room, under /b/<brand>/."""

from django.urls import path

from hongqiao.imports.checklist import views as checklist
from hongqiao.imports.views import deciding, history, home, many, mapping, renaming, watched

urlpatterns = [
    path("b/<slug:brand>/imports/", home.home, name="imports_home"),
    path("b/<slug:brand>/imports/upload/", home.upload, name="imports_upload"),
    path("b/<slug:brand>/imports/progress/", home.progress, name="imports_progress"),
    path("b/<slug:brand>/imports/under-way/", home.under_way, name="imports_under_way"),
    path("b/<slug:brand>/imports/confirm/", home.confirm_all, name="imports_confirm_all"),
    path("b/<slug:brand>/imports/zips/", many.bundles, name="imports_zips"),
    path("b/<slug:brand>/imports/zips/<uuid:bundle_id>/read/", many.put_away, name="imports_zip_read"),
    path("b/<slug:brand>/imports/watched/", watched.page, name="imports_watched"),
    path("b/<slug:brand>/imports/watched/confirm/", watched.set_confirm, name="imports_watch_confirm"),
    path("b/<slug:brand>/imports/groups/<str:key>/", many.group, name="imports_group"),
    path("b/<slug:brand>/imports/groups/<str:key>/choose/", many.choose_group, name="imports_group_choose"),
    path("b/<slug:brand>/imports/history/", history.history, name="imports_history"),
    path("b/<slug:brand>/imports/history/export/", history.export, name="imports_export"),
    path("b/<slug:brand>/imports/mappings/", mapping.kept, name="imports_mappings"),
    path("b/<slug:brand>/imports/mappings/<uuid:mapping_id>/", mapping.edit, name="imports_mapping"),
    path("b/<slug:brand>/imports/mappings/<uuid:mapping_id>/delete/", mapping.forget, name="imports_mapping_forget"),
    path("b/<slug:brand>/imports/checklist/", checklist.page, name="imports_checklist"),
    path("b/<slug:brand>/imports/checklist/adjust/", checklist.adjust, name="imports_checklist_adjust"),
    path("b/<slug:brand>/imports/checklist/add/", checklist.add, name="imports_checklist_add"),
    path(
        "b/<slug:brand>/imports/checklist/<uuid:account_id>/change/", checklist.change, name="imports_checklist_change"
    ),
    path(
        "b/<slug:brand>/imports/checklist/<uuid:wanted_id>/remove/", checklist.remove, name="imports_checklist_remove"
    ),
    path("b/<slug:brand>/imports/source/<uuid:source_id>/", history.source, name="import_source"),
    path("b/<slug:brand>/imports/<uuid:file_id>/", history.detail, name="import_file"),
    path("b/<slug:brand>/imports/<uuid:file_id>/progress/", history.file_progress, name="import_file_progress"),
    path("b/<slug:brand>/imports/<uuid:file_id>/refused.csv", history.refused, name="import_refused"),
    path("b/<slug:brand>/imports/<uuid:file_id>/choose/", deciding.choose, name="import_choose"),
    path("b/<slug:brand>/imports/<uuid:file_id>/account/", deciding.add_account, name="import_add_account"),
    path("b/<slug:brand>/imports/<uuid:file_id>/confirm/", deciding.confirm, name="import_confirm"),
    path("b/<slug:brand>/imports/<uuid:file_id>/discard/", deciding.discard, name="import_discard"),
    path("b/<slug:brand>/imports/<uuid:file_id>/look/", deciding.look_again, name="import_look"),
    path("b/<slug:brand>/imports/<uuid:file_id>/undo/", deciding.undo, name="import_undo"),
    path(
        "b/<slug:brand>/imports/<uuid:file_id>/tables/<uuid:table_id>/rename/",
        renaming.teach,
        name="imports_alias_teach",
    ),
    path("b/<slug:brand>/imports/aliases/<uuid:alias_id>/delete/", renaming.forget, name="imports_alias_forget"),
    path("b/<slug:brand>/imports/<uuid:file_id>/move/", deciding.move_account, name="import_move"),
    path("b/<slug:brand>/imports/<uuid:file_id>/tables/<uuid:table_id>/", deciding.skip, name="import_skip"),
    path("b/<slug:brand>/imports/<uuid:file_id>/map/<uuid:table_id>/", mapping.teach, name="import_map"),
    path(
        "b/<slug:brand>/imports/<uuid:file_id>/map/<uuid:table_id>/preview/", mapping.preview, name="import_map_preview"
    ),
]
