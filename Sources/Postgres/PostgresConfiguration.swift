internal import CLibPQ

/// The address of a database and the credentials for it.
package struct PostgresConfiguration: Sendable {
  /// Any libpq connection string: `postgresql://…` or `host=… dbname=…`. May hold a password.
  package let url: String
  /// Shown in `pg_stat_activity`, unless the connection string names another.
  package let applicationName: String
  /// Seconds after which an attempt to connect to one address is given up, unless the connection string says so.
  package let connectTimeoutSeconds: Int

  /// - Parameter url: Any libpq URI or keyword string.
  package init(
    url: String, applicationName: String = "status-sync", connectTimeoutSeconds: Int = 10
  ) {
    self.url = url
    self.applicationName = applicationName
    self.connectTimeoutSeconds = connectTimeoutSeconds
  }

  /// Keywords for `PQconnectStartParams`, in order: a later one overrides an earlier one, and `dbname` stands
  /// for the whole connection string, so everything before it is a default.
  var keywords: [(name: String, value: String)] {
    [
      // libpq does not apply connect_timeout to such a connection. When the system gives up an address that does not
      // answer, libpq tries the next one.
      ("tcp_user_timeout", "\(secondsPerAddress * 1000)"),
      ("keepalives_idle", "30"),
      ("keepalives_interval", "10"),
      ("keepalives_count", "3"),
      ("fallback_application_name", applicationName),
      ("dbname", url),
      ("client_encoding", "UTF8"),
    ]
  }

  /// Seconds for one address: `connect_timeout` where the connection string names one, at least 2, as for libpq.
  var secondsPerAddress: Int {
    let named = options["connect_timeout"].flatMap { Int($0) } ?? 0
    return min(max(named > 0 ? named : connectTimeoutSeconds, 2), 86_400)
  }

  /// Whether the connection string says how long data may stay unacknowledged.
  var namesUserTimeout: Bool { options["tcp_user_timeout"] != nil }

  /// What the connection string says, by libpq's keywords; nothing where it cannot be parsed.
  private var options: [String: String] {
    guard !url.utf8.contains(0), let options = PQconninfoParse(url, nil) else { return [:] }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        values[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    return values
  }

  /// The address for people: `status_sync at db.example.com:5432`; no user, no password. Parts that the
  /// connection string does not name are left out, because libpq's defaults are not known. Empty if the
  /// string cannot be parsed: a part of it could be a piece of a password.
  package var place: String {
    guard (try? validate()) != nil else { return "" }
    let values = options
    let hosts = (values["host"] ?? values["hostaddr"])?.split(separator: ",") ?? []
    let ports = values["port"]?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    let addresses = hosts.enumerated().map { index, host in
      let port = ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : ""
      return String(host) + (host.hasPrefix("/") || port.isEmpty ? "" : ":\(port)")
    }
    let address = addresses.isEmpty ? nil : addresses.joined(separator: ",")
    return [values["dbname"], address.map { "at \($0)" }].compactMap { $0 }.joined(separator: " ")
  }

  /// Throws if libpq cannot parse the string. libpq's message may quote parts of the string, even a password,
  /// so it is not passed on.
  package func validate() throws(PostgresError) {
    let malformed = PostgresError(
      .connectionString, detail: "the connection string cannot be understood")
    guard !url.utf8.contains(0), let options = PQconninfoParse(url, nil) else { throw malformed }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      // An "@" here is part of a password whose own "@" was not written as %40.
      if String(cString: keyword) == "host", let value = option.pointee.val,
        String(cString: value).contains("@"), !String(cString: value).hasPrefix("@")
      {
        throw malformed
      }
      option += 1
    }
  }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
  /// Never the connection string, because it may contain a password.
  package var description: String { "PostgresConfiguration(\(applicationName))" }
  /// Hides the connection string from `dump` and string interpolation.
  package var customMirror: Mirror { Mirror(self, children: ["applicationName": applicationName]) }
}
