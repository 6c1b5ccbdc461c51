"""The domain as its description has it, written by hand and not from the declarations: what the modules are held to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DESK = "admin moderator operator"
CITY = f"{DESK} head wall"
EVERYBODY = f"{DESK} head executor wall"


@dataclass(frozen=True)
class Register:
    """One register: keys are separated by blanks, statuses by their Russian titles."""

    fields: str
    required: str = ""
    geometry: str = ""
    personal: str = ""
    public: str = ""
    readers: str = EVERYBODY
    writers: str = DESK
    makers: str = ""
    """If they are others than the writers."""
    deleters: str = "admin moderator"
    outside: str = ""
    moves: str = ""
    """A line per status: «from → to, to»."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """What must be filled in before a record enters a status, «from → to» or just «to» for every way there."""
    stamps: Mapping[str, str] = field(default_factory=dict)
    """The moment that entering a status fills in."""
    once: str = ""
    """Acts that count once, divided by commas: what tells of each; later ones are noted in `also`."""


TERRITORY = {"geometry": "polygon", "writers": "admin moderator"}

DOMAIN = {
    "reports": Register(
        fields="""number channel category nature text photos address geometry author_name author_phone author_email
            management_company district precinct executor curator regime public_answer result_photos rating
            duplicate_of postponed_until postponed_reason received registered rejection redirected_to told_at
            extension_notice special pauses""",
        required="text",
        geometry="point",
        personal="author_name author_phone author_email",
        public="number received status category address geometry public_answer result_photos rating",
        writers=f"{DESK} executor",
        makers=f"{DESK} service",
        outside="service",
        moves="""
            Новое → На модерации
            На модерации → Отклонено, Принято, Перенаправлено
            Отклонено → На модерации
            Принято → Назначено, Перенаправлено
            Назначено → В работе, Принято, Перенаправлено
            В работе → Отложено, Выполнено исполнителем, Назначено
            Отложено → В работе
            Выполнено исполнителем → На проверке, В работе
            На проверке → Решено, В работе
            Решено → Оценено, Возобновлено
            Оценено → Возобновлено
            Возобновлено → Назначено, В работе
            Перенаправлено → На модерации""",
        asked={
            "Отклонено": "rejection",
            "Перенаправлено": "redirected_to",
            "Назначено": "executor",
            "В работе → Назначено": "",
            "Отложено": "postponed_until postponed_reason",
            "Решено": "public_answer",
            "Оценено": "rating",
        },
        stamps={"Принято": "registered"},
    ),
    "telephonograms": Register(
        fields="""organisation number date place addressees text sent_at received_at sender_position sender_name
            sender_phone receiver_position receiver_name receiver_phone type resource geometry houses residents
            social_objects began planned_end ended cause crew earthworks reports ends remark also""",
        required="type text",
        geometry="polygon",
        personal="sender_phone receiver_phone",
        readers=CITY,
        moves="""
            Подготовлена → Передана, Аннулирована
            Передана → Принята, Не дозвонились, Аннулирована
            Не дозвонились → Передана, Аннулирована
            Принята → Ознакомлен
            Ознакомлен → Исполнена
            Исполнена → Ознакомлен
            Аннулирована →""",
        asked={
            "Подготовлена → Передана": "addressees text sender_name",
            "Принята": "receiver_name",
            "Аннулирована": "remark",
        },
        stamps={"Передана": "sent_at", "Принята": "received_at"},
        once="received_at receiver_position receiver_name receiver_phone",
    ),
    "receipts": Register(
        fields="""telephonogram addressee phone sent_at sender_position sent_by sender_phone called_at attempts
            received_at receiver_position receiver_name receiver_phone read_back_at read_back_by read_at done_at
            remark also""",
        required="telephonogram addressee",
        personal="sender_phone receiver_phone",
        readers=CITY,
        moves="""
            Подготовлена → Передана, Не дозвонились, Снята
            Не дозвонились → Передана, Принята, Снята
            Передана → Принята, Не дозвонились, Снята
            Принята → Ознакомлен, Снята
            Ознакомлен → Исполнена
            Исполнена →
            Снята →""",
        asked={"Принята": "receiver_name", "Снята": "remark"},
        stamps={
            "Не дозвонились": "called_at",
            "Передана": "sent_at",
            "Принята": "received_at",
            "Ознакомлен": "read_at",
            "Исполнена": "done_at",
        },
        once="""called_at, phone sender_position sent_by sender_phone,
            received_at receiver_position receiver_name receiver_phone, read_back_at read_back_by, read_at, done_at""",
    ),
    "earthworks": Register(
        fields="""number order_date issuer kind purpose customer customer_inn customer_address customer_phone executor
            responsible responsible_phone cadastral_number address geometry area surface asphalt_area pavement_area
            lawn_area start end restore_by restore_finally_by filed_at issued_at opened_at backfilled_at restored_at
            act_number accepted_at guarantee_until telephonogram reports documents exemption remark pauses""",
        geometry="shape",
        personal="customer_inn customer_address customer_phone responsible_phone",
        writers=f"{DESK} executor",
        makers=DESK,
        moves="""
            Черновик → Подано, Аварийное, Несанкционированное, Аннулировано
            Подано → Согласование, Отказано, Аннулировано
            Согласование → Выдано, Доработка, Отказано
            Доработка → Согласование, Аннулировано
            Выдано → Открыто, Просрочено, Аннулировано
            Открыто → Приостановлено, Засыпано, Просрочено
            Приостановлено → Открыто, Засыпано, Просрочено
            Засыпано → Восстановлено временно, Восстановлено постоянно, Просрочено
            Восстановлено временно → Восстановлено постоянно, Просрочено
            Восстановлено постоянно → Принято актом, Восстановлено временно
            Принято актом → На гарантии
            На гарантии → Закрыто, Восстановлено временно
            Закрыто →
            Отказано → Доработка
            Аннулировано →
            Просрочено → Открыто, Приостановлено, Засыпано
            Аварийное → Подано, Засыпано
            Несанкционированное → Подано, Засыпано, Аннулировано""",
        asked={
            "Подано": "customer address surface start end",
            "Аварийное": "address remark",
            "Несанкционированное": "address remark",
            "Аннулировано": "remark",
            "Отказано": "remark",
            "Доработка": "remark",
            "Отказано → Доработка": "",
            "Выдано": "order_date issuer",
            "Приостановлено": "remark",
            "Засыпано → Восстановлено временно": "restore_finally_by",
            "Принято актом": "act_number",
            "Просрочено → Открыто": "end",
            "Восстановлено постоянно → Восстановлено временно": "remark restore_finally_by",
            "На гарантии → Восстановлено временно": "remark restore_finally_by",
        },
        stamps={
            "Подано": "filed_at",
            "Выдано": "issued_at",
            "Открыто": "opened_at",
            "Аварийное": "opened_at",
            "Засыпано": "backfilled_at",
            "Восстановлено постоянно": "restored_at",
            "Принято актом": "accepted_at",
        },
    ),
    "approvals": Register(
        fields="earthworks party asked_at due answered_at condition documents",
        required="earthworks party",
        readers=f"{DESK} head",
        moves="""
            Запрошено → Согласовано, Замечания, Отказ
            Замечания → Запрошено, Согласовано
            Согласовано → Запрошено
            Отказ → Запрошено""",
        asked={"Замечания": "condition", "Отказ": "condition"},
        stamps={
            "Запрошено": "asked_at",
            "Согласовано": "answered_at",
            "Замечания": "answered_at",
            "Отказ": "answered_at",
        },
    ),
    "inspections": Register(
        fields="""number earthworks inspected_at stage address inspector present findings fix_by fixed_at photos""",
        required="earthworks inspected_at",
        readers=f"{DESK} head",
        moves="""
            Составлен → Без замечаний, Замечания
            Без замечаний → Замечания
            Замечания → Устранено
            Устранено → Замечания""",
        asked={"Замечания": "findings fix_by"},
        stamps={"Устранено": "fixed_at"},
    ),
    "replies": Register(
        fields="""report channel recipient text files prepared_at prepared_by sent_at confirmed_by confirmation error
            attempts also""",
        once="prepared_at prepared_by",
        required="report channel text",
        personal="recipient",
        readers=f"{DESK} head",
        writers=f"{DESK} connector",
        makers=DESK,
        outside="connector",
        moves="""
            К отправке → Отправлен, Ошибка
            Отправлен →
            Ошибка → К отправке, Отправлен""",
        asked={"Отправлен": "confirmed_by confirmation", "Ошибка": "error"},
        stamps={"Отправлен": "sent_at"},
    ),
    "events": Register(
        fields="""name kind begins ends address geometry organiser phone expected closes_roads documents remark""",
        required="name begins",
        geometry="polygon",
        moves="""
            Запланировано → Согласовано, Отменено
            Согласовано → Идёт, Отменено
            Идёт → Завершено, Отменено
            Завершено →
            Отменено → Запланировано""",
        asked={"Отменено": "remark"},
    ),
    "closures": Register(
        fields="""road extent reason begins ends lifted_at geometry detour organisation basis earthworks event
            remark""",
        required="road begins",
        geometry="line",
        moves="""
            Запланировано → Перекрыто, Отменено
            Перекрыто → Движение открыто
            Движение открыто → Перекрыто
            Отменено → Запланировано""",
        stamps={"Движение открыто": "lifted_at"},
    ),
    "crews": Register(
        fields="""name executor kind foreman phone people vehicle task report telephonogram address geometry""",
        required="name",
        geometry="point",
        writers=f"{DESK} executor",
        moves="""
            Не на смене → Свободна
            Свободна → В пути, Не на смене
            В пути → Работает, Свободна
            Работает → Свободна, В пути""",
        asked={"Свободна → В пути": "task"},
    ),
    "duty": Register(
        fields="post person organisation begins ends phone substitute remark", required="post begins ends", readers=CITY
    ),
    "service_areas": Register(
        fields="name company dispatch_phone contract contract_from contract_to houses geometry remark",
        required="name company",
        **TERRITORY,
    ),
    "electoral_districts": Register(
        fields="""name number deputy reception reception_place phone convocation convocation_from convocation_to
            geometry""",
        public="""name number deputy reception reception_place phone convocation convocation_from convocation_to
            geometry""",
        required="name",
        outside="service",
        **TERRITORY,
    ),
    "police_precincts": Register(
        fields="name rank officer photo phone reception_place reception geometry",
        public="name rank officer photo phone reception_place reception geometry",
        required="name",
        outside="service",
        **TERRITORY,
    ),
    "houses": Register(
        fields="""address kind company built floors entrances flats area residents limited_mobility as_of lift gas fias
            cadastral_number geometry remark""",
        required="address",
        geometry="point",
        personal="limited_mobility",
        readers=CITY,
        writers="admin moderator",
    ),
    "organisations": Register(
        fields="name short_name kind categories phone dispatch_phone email address geometry inn active",
        required="name",
        geometry="point",
        writers="admin moderator",
    ),
    "people": Register(
        fields="name position organisation role phone mobile email login active",
        required="name",
        personal="mobile",
        writers="admin moderator",
    ),
    "rules": Register(
        fields="""key name limit unit starts extension pauses citation verified valid_from valid_to season_from
            season_to remark""",
        required="key name limit unit citation",
        writers="admin",
        deleters="admin",
    ),
    "distribution": Register(
        fields="name kinds streets hour_from hour_to addressees active citation verified remark",
        required="name addressees",
        writers="admin moderator",
    ),
    "views": Register(
        fields="name module author shared_at first_for first_since remark content",
        required="name module",
        readers=f"{DESK} head executor",
        writers=f"{DESK} head executor",
        deleters=f"{DESK} head executor",
    ),
    "alarm_log": Register(
        fields="at login station act level module record clock due until reason also remark",
        required="login act",
        writers=f"{DESK} head executor",
        deleters="",
        once="at login station",
    ),
    "access_log": Register(
        fields="at login station act module record records detail",
        required="login act",
        readers="admin",
        writers="",
        makers=f"{DESK} head executor",
        deleters="",
    ),
}

CHOICES = {
    ("reports", "channel"): "Портал, Электронная почта, ВКонтакте, Другая соцсеть, Телефон, ЕДДС",
    ("reports", "category"): "Благоустройство, Яма, Освещение, Неубранный мусор, Неубранный снег, Брошенная машина, "
    "Незаконное строительство, Земляные работы, Прочее",
    ("reports", "regime"): "59-ФЗ, Платформа, АДС, ПП 416, 112, ПП 1931",
    ("reports", "rejection"): "Правила, Тематика, Дубль",
    ("reports", "nature"): "Конкретная проблема, Общее предложение",
    ("telephonograms", "type"): "Аварийная, Плановое отключение, Об окончании, Информационная, Погода и ГО, "
    "Вызов представителя",
    ("distribution", "kinds"): "Аварийная, Плановое отключение, Об окончании, Информационная, Погода и ГО, "
    "Вызов представителя",
    ("telephonograms", "resource"): "ХВС, ГВС, Тепло, Электроэнергия, Газ, Канализация, Связь, Дорога",
    ("houses", "kind"): "Многоквартирный, Жилой дом, Блокированной застройки, Общежитие, Нежилое здание",
    ("views", "first_for"): "Администратор, Модератор, Оператор, Глава, Исполнитель",
    ("alarm_log", "act"): "Принята, Отложена",
    ("access_log", "act"): "Показ персональных данных, Выгрузка, Печать",
}  # fmt: skip

CLOCKS = {
    "reports": """received 59fz.register, registered 59fz.forward, registered 59fz.answer, received platform.solve,
        received platform.fast, received ads.sewer, received 112.open, received 112.record,
        received ads.localise, received ads.tell, received ads.repair, received 112.confirm""",
    "telephonograms": "sent_at telephonogram.receipt, received_at telephonogram.reading, began planned_end",
    "receipts": """sent_at telephonogram.receipt, received_at telephonogram.reading, sent_at telephonogram.again,
        sent_at telephonogram.escalation, called_at telephonogram.receipt, called_at telephonogram.escalation""",
    "earthworks": """filed_at earthworks.approval, opened_at earthworks.application, start end earthworks.digging,
        backfilled_at earthworks.restoration, start restore_by, backfilled_at restore_finally_by,
        restored_at earthworks.act, accepted_at guarantee_until earthworks.guarantee""",
    "approvals": "asked_at due earthworks.party",
    "inspections": "inspected_at fix_by",
    "replies": "prepared_at reply.sending",
    "events": "begins ends",
    "closures": "begins ends",
}
"""What starts each clock, the field that names its due time, the norm that holds while that is empty."""

NORMS = {
    "59fz.register": "3 days", "59fz.forward": "7 days", "59fz.answer": "30 days +30", "platform.solve": "30 days ?",
    "platform.fast": "10 working_days ?", "ads.localise": "30 minutes", "ads.sewer": "2 hours", "ads.repair": "3 days",
    "ads.tell": "30 minutes ?", "112.confirm": "30 seconds", "112.open": "30 seconds", "112.record": "3 minutes ?",
    "earthworks.application": "2 working_days ?", "earthworks.digging": "30 days ?", "earthworks.act":
    "3 working_days ?", "earthworks.restoration": "3 days ?", "earthworks.restoration_winter": "5 days ?",
    "earthworks.guarantee": "3 years ?", "earthworks.approval": "5 working_days ?",
    "earthworks.winter_ban": "0 days ?", "earthworks.fresh_surface": "3 years ?", "clash.line": "2 metres ?",
    "clash.road": "6 metres ?", "order.near": "10 metres ?",
}  # fmt: skip
"""Figures of the norms; a question mark: nobody has confirmed it."""
