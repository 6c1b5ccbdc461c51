"""How each point where a process may die is come by: what was done before, the process that dies, what must hold after.

A scene is a generator: it prepares, kills a process at the point, and yields the workplace that has to recover from it;
what it says after that must be true once the workplace has.
"""

from collections.abc import Callable, Iterator, Mapping

from cache_scenes import (
    a_change_of_somebody_else,
    a_decision,
    a_divergence,
    a_first_load,
    a_first_load_without_indexes,
    a_lesser_role,
    a_new_report,
    a_refused_move,
    a_restored_server,
    a_server_that_fails_on_an_edit,
    a_spooled_line,
    a_whole_table,
    an_answered_edit,
    an_answered_edit_and_a_long_journal,
    an_export,
    another_try,
)
from file_scenes import a_fetched_photo, a_map, a_sent_photo, an_attached_photo, an_import
from profile_scenes import (
    a_damaged_cache,
    a_draft,
    a_first_start,
    a_login,
    a_lost_journal,
    a_moved_profile,
    an_earlier_declaration,
    tables_of_an_earlier_program,
)
from server_scenes import (
    a_back_up,
    a_file,
    a_restore,
    a_server_that_dies,
    a_table_made_ready,
    a_user,
    an_embedded_postgres,
    an_empty_database,
    the_training_city,
)
from workplace import City, Workplace

Scene = Callable[[City, str], Iterator[Workplace]]

HIT_BY: Mapping[Scene, str] = {
    a_new_report: "edit.made journal.appended edit.journalled edit.committed command.saved",
    a_refused_move: "edit.undone",
    an_answered_edit: "push.ready push.answered settle.taken settle.committed journal.done push.settled",
    an_answered_edit_and_a_long_journal: "journal.trimming journal.trimmed",
    a_decision: "resolve.closed resolve.committed",
    another_try: "retry.renamed retry.committed",
    an_export: "export.written spool.added export.journalled",
    a_spooled_line: "spool.taken spool.emptied",
    a_server_that_fails_on_an_edit: "failed.counted",
    a_change_of_somebody_else: "pull.answered absorb.rows absorb.cursor absorb.committed",
    a_first_load: "load.answered load.rows load.committed load.done",
    a_first_load_without_indexes: "load.lightened furnish.made",
    a_whole_table: "bundle.part bundle.rows bundle.committed bundle.counted",
    a_restored_server: "again.prepended again.committed",
    tables_of_an_earlier_program: "migrate.step",
    an_earlier_declaration: "shape.renamed shape.rewritten prepare.committed",
    a_damaged_cache: "aside.moved aside.whole salvage.found salvage.adopting salvage.committed",
    a_lost_journal: "journal.again",
    a_moved_profile: "profile.moved",
    a_first_start: "profile.named settings.written settings.replaced",
    a_login: "login.answered logins.written login.remembered admit.adopted",
    a_draft: "draft.written draft.replaced",
    an_attached_photo: "shelf.written shelf.placed files.claimed",
    a_sent_photo: "files.answered files.arrived files.noted",
    a_fetched_photo: "fetch.added fetch.whole",
    an_import: "import.saved",
    a_map: "basemap.written",
    a_divergence: "verify.marked",
    a_lesser_role: "sight.changed",
    a_server_that_dies: "central.login central.asked central.locked central.written central.remembered"
    " central.committed",
    a_file: "central.piece central.file",
    a_user: "central.user",
    an_empty_database: "central.migrated central.seeded",
    the_training_city: "central.training",
    a_back_up: "central.dumped central.saved",
    a_restore: "central.unpacked central.restored",
    a_table_made_ready: "central.packed central.bundled",
    an_embedded_postgres: "central.initialised central.postgres",
}
SCENES: Mapping[str, Scene] = {point: scene for scene, points in HIT_BY.items() for point in points.split()}
