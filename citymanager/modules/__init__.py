"""The city's modules in the order of the menu."""

from collections.abc import Mapping

from citymanager.modules.access_log import ACCESS_LOG
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.modules.approvals import APPROVALS
from citymanager.modules.closures import CLOSURES
from citymanager.modules.crews import CREWS
from citymanager.modules.distribution import DISTRIBUTION
from citymanager.modules.duty import DUTY
from citymanager.modules.earthworks import EARTHWORKS
from citymanager.modules.electoral_districts import ELECTORAL_DISTRICTS
from citymanager.modules.events import EVENTS
from citymanager.modules.houses import HOUSES
from citymanager.modules.inspections import INSPECTIONS
from citymanager.modules.organisations import ORGANISATIONS
from citymanager.modules.people import PEOPLE
from citymanager.modules.police_precincts import POLICE_PRECINCTS
from citymanager.modules.receipts import RECEIPTS
from citymanager.modules.replies import REPLIES
from citymanager.modules.reports import REPORTS
from citymanager.modules.rules import RULES
from citymanager.modules.service_areas import SERVICE_AREAS
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.modules.views import VIEWS
from citymanager.schema import Module

MODULES: tuple[Module, ...] = (
    REPORTS,
    TELEPHONOGRAMS,
    EARTHWORKS,
    REPLIES,
    RECEIPTS,
    APPROVALS,
    INSPECTIONS,
    EVENTS,
    CLOSURES,
    CREWS,
    DUTY,
    SERVICE_AREAS,
    ELECTORAL_DISTRICTS,
    POLICE_PRECINCTS,
    HOUSES,
    ORGANISATIONS,
    PEOPLE,
    RULES,
    DISTRIBUTION,
    VIEWS,
    ALARM_LOG,
    ACCESS_LOG,
)

BY_KEY: Mapping[str, Module] = {module.key: module for module in MODULES}
