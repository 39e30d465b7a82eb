import HTTP
import Leads

/// The effective configuration: file, then environment over it, then secrets by file or environment
/// (docs/operations.md#configuration). Every value has a default but the addresses and secrets.
package struct Settings: Sendable, Equatable {
  package var resman: SystemSettings
  package var domiq: SystemSettings
  /// The kinds of their interfaces.
  package var resmanKind = ResManKind.statusAPI
  package var domiqKind = DomIQKind.statusAPI
  /// Null unless ResMan is of kind `partner`, and DomIQ of kind `database`.
  package var partner: PartnerSettings?
  package var database: DomIQDatabaseSettings?
  /// How both are reached.
  package var http: WebRoute
  package var policy: Policy
  /// The mapping of statuses: the standard one with the additions of `mapping:`.
  package var mapping: StatusMapping
  package var limits: LimitSettings
  package var reports: ReportSettings
  package var keep: KeepSettings
  package var notify: NotifySettings
  package var api: APISettings
  package var monitor: MonitorSettings
  /// Limits for figures, by name.
  package var targets: [Target] = []
  /// Any libpq URI, from DATABASE_URL or `database.url`; null: none is named.
  package var databaseURL: Secret?
  /// The schema that holds the tables; empty: the login's own. `migrate` makes it.
  package var databaseSchema: String
  /// The folder of a demo that commands work on, with its own PostgreSQL and stand-ins; empty: none. `status-sync demo`
  /// writes it into its configuration.
  package var demoDirectory = ""

  package init(
    resman: SystemSettings = SystemSettings(), domiq: SystemSettings = SystemSettings(),
    http: WebRoute = WebRoute(),
    policy: Policy = Policy(), mapping: StatusMapping = .standard,
    limits: LimitSettings = LimitSettings(),
    reports: ReportSettings = ReportSettings(), keep: KeepSettings = KeepSettings(),
    notify: NotifySettings = NotifySettings(),
    api: APISettings = APISettings(), monitor: MonitorSettings = MonitorSettings(),
    databaseURL: Secret? = nil, databaseSchema: String = ""
  ) {
    self.resman = resman
    self.domiq = domiq
    self.http = http
    self.policy = policy
    self.mapping = mapping
    self.limits = limits
    self.reports = reports
    self.keep = keep
    self.notify = notify
    self.api = api
    self.monitor = monitor
    self.databaseURL = databaseURL
    self.databaseSchema = databaseSchema
  }
}

extension Settings {
  /// What each system can tell apart.
  package var lenses: Lenses {
    get throws(ConfigurationError) {
      do throws(LensError) {
        return try Lenses(resman: resmanKind, domiq: domiqKind)
      } catch {
        throw ConfigurationError("\(error)")
      }
    }
  }

  /// What may be written to each system.
  package var writing: Writing {
    Writing(
      resman: resman.write, domiq: domiq.write, lostReasons: partner?.lostReasons ?? [:],
      notifies: policy.notifyOnRepair)
  }
}

/// How one system is reached.
package struct SystemSettings: Sendable, Equatable {
  /// Empty where none is configured.
  package var url: String
  package var token: Secret
  /// DomIQ's secret signs the webhooks of repairs; ResMan's, where it has its own, verifies ResMan's webhooks.
  package var webhookSecret: Secret
  package var requestsPerSecond: Double
  /// Calls in flight at most.
  package var concurrency: Int
  /// Leads a page.
  package var pageSize: Int
  /// Seconds for a whole call.
  package var timeoutSeconds: Double
  /// What StatusSync writes to it.
  package var write: WriteMode

  package init(
    url: String = "", token: Secret = Secret(""), webhookSecret: Secret = Secret(""),
    requestsPerSecond: Double = 20, concurrency: Int = 8, pageSize: Int = 1000,
    timeoutSeconds: Double = 30, write: WriteMode = .all
  ) {
    self.url = url
    self.token = token
    self.webhookSecret = webhookSecret
    self.requestsPerSecond = requestsPerSecond
    self.concurrency = concurrency
    self.pageSize = pageSize
    self.timeoutSeconds = timeoutSeconds
    self.write = write
  }
}

/// The limits of a run.
package struct LimitSettings: Sendable, Equatable {
  package var guards: GuardLimits
  /// Seconds after the last attempt before a change with an unknown outcome is resolved.
  package var settleSeconds: Int
  /// The largest age of a read before a write, in seconds. It is no key of the file:
  /// docs/decisions/004-age-of-a-read.md fixes it, and only tests on a busy machine need more.
  package var freshSeconds = 2.0
  /// Seconds after which a run begins nothing more.
  package var deadlineSeconds: Int
  /// The most histories that one run requests, of leads seen for the first time.
  package var backfillLeads: Int
  /// Percent of a property's leads that a side may lose at once before its answer counts as
  /// incomplete; from `guards.minPopulation` on.
  package var vanishedPercent: Double

  package init(
    guards: GuardLimits = GuardLimits(), settleSeconds: Int = 60, deadlineSeconds: Int = 14_400,
    backfillLeads: Int = 10_000, vanishedPercent: Double = 50
  ) {
    self.guards = guards
    self.settleSeconds = settleSeconds
    self.deadlineSeconds = deadlineSeconds
    self.backfillLeads = backfillLeads
    self.vanishedPercent = vanishedPercent
  }
}

/// Where reports go, and what they cover.
package struct ReportSettings: Sendable, Equatable {
  package var directory: String
  /// Whether `excel/` copies are written.
  package var excel: Bool
  /// Whether `leads.csv` is written: a line a lead, about 200 bytes each.
  package var leads: Bool
  /// How many days after its creation a lead's progress counts in the funnel.
  package var funnelWindowDays: Int
  package var recipients: ReportRecipients
  /// Whether the workbook goes with an email.
  package var attachWorkbook: Bool
  /// Where the folder is to be seen; empty: nowhere.
  package var linkBase: String

  package init(
    directory: String = "reports", excel: Bool = true, leads: Bool = true,
    funnelWindowDays: Int = 90,
    recipients: ReportRecipients = ReportRecipients(),
    attachWorkbook: Bool = false, linkBase: String = ""
  ) {
    self.directory = directory
    self.excel = excel
    self.leads = leads
    self.funnelWindowDays = funnelWindowDays
    self.recipients = recipients
    self.attachWorkbook = attachWorkbook
    self.linkBase = linkBase
  }
}

/// How the live API is served.
package struct APISettings: Sendable, Equatable {
  package var host: String
  /// 0: a free one.
  package var port: Int
  /// Connections to the database at most.
  package var poolSize: Int
  /// The maximum number of status changes in progress; further ones are refused with "try later".
  package var inFlight: Int
  /// Of them at most so many of one key.
  package var inFlightPerKey: Int

  package init(
    host: String = "127.0.0.1", port: Int = 8080, poolSize: Int = 8, inFlight: Int = 256,
    inFlightPerKey: Int = 64
  ) {
    self.host = host
    self.port = port
    self.poolSize = poolSize
    self.inFlight = inFlight
    self.inFlightPerKey = inFlightPerKey
  }
}
