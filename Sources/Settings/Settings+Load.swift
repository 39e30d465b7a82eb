import Configuration
import Foundation
import Leads
import Yams

extension Settings {
  /// Where the file is looked for when none is named.
  package static let standardPaths = ["status-sync.yaml", "/etc/status-sync/config.yaml"]

  /// Reads the file, the environment over it, and the secrets they name.
  /// - Parameters:
  ///   - path: the file; null: the first of `standardPaths` that exists, or none.
  ///   - environment: `STATUS_SYNC_…` and `DATABASE_URL`.
  package static func load(
    path: String?, environment: [String: String]
  ) throws(ConfigurationError) -> Settings {
    let file = path ?? standardPaths.first(where: mayBeThere)
    guard let file else { return try parse("", named: "", environment: environment) }
    let isNamed = path != nil || file.hasPrefix("/")
    guard let data = try isNamed ? FileManager.default.contents(atPath: file) : found(file) else {
      throw ConfigurationError.unreadable("the configuration file", file)
    }
    guard data.count <= ConfigurationFile.maximumBytes else {
      throw ConfigurationError("the configuration file \(file) is over 256 KiB")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ConfigurationError("the configuration file \(file) is not UTF-8")
    }
    return try parse(text, named: file, environment: environment)
  }

  /// The content of a file in the current folder that nobody named. Whoever may write into that folder could plant one
  /// that sends the tokens to another address: it has to belong to this account or root, and nobody else may write it.
  /// - Returns: nil where it cannot be read.
  private static func found(_ path: String) throws(ConfigurationError) -> Data? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let place = "\(FileManager.default.currentDirectoryPath)/\(path)"
    let owner = getpwuid(status.st_uid)
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      let name = owner.map { String(cString: $0.pointee.pw_name) } ?? "user \(status.st_uid)"
      throw ConfigurationError(
        "the configuration file \(place) is not read, because it belongs to \(name); name it with --config, or run "
          + "the command in another folder")
    }
    // Where every account has a group of its own, files are often writable by that group.
    let isOfAGroup = status.st_mode & 0o020 != 0 && owner?.pointee.pw_gid != status.st_gid
    guard status.st_mode & 0o002 == 0, !isOfAGroup else {
      throw ConfigurationError(
        "the configuration file \(place) is not read, because others may write it; run chmod go-w on it, or name it "
          + "with --config")
    }
    return try? file.read(upToCount: ConfigurationFile.maximumBytes + 1) ?? Data()
  }

  /// Whether a file is there where one is looked for, or a variable says anything.
  package static var isConfigured: Bool {
    standardPaths.contains(where: mayBeThere)
      || ProcessInfo.processInfo.environment.keys.contains {
        $0 == "DATABASE_URL" || $0.hasPrefix("STATUS_SYNC_")
      }
  }

  /// False only where there certainly is no such file. A file in a folder that this account may not enter is an error
  /// later: a night must not run with defaults because of a file mode. The current folder is no such folder: whoever
  /// became this account somewhere else did not choose it.
  static func mayBeThere(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) != 0 else { return true }
    let why = errno
    if why == EACCES, !path.hasPrefix("/"), access(".", X_OK) != 0 { return false }
    return ![ENOENT, ENOTDIR].contains(why)
  }

  /// Reads a file's text and the environment.
  package static func parse(
    _ text: String, named name: String, environment: [String: String]
  ) throws(ConfigurationError) -> Settings {
    let file = try ConfigurationFile(text, named: name)
    for key in file.values.keys.sorted() { try check(key, in: name) }
    for variable in environment.keys.sorted() { try check(variable: variable) }
    let reader = ConfigReader(providers: [
      EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
        .prefixKeys(with: "status.sync"),
      InMemoryProvider(
        name: name,
        values: Dictionary(
          uniqueKeysWithValues: file.values.filter {
            !MappingKeys.contains($0.key) && !TargetKeys.contains($0.key)
              && !VendorKeys.contains($0.key)
          }.map {
            (AbsoluteConfigKey(ConfigKey($0.key)), ConfigValue(.string($0.value), isSecret: false))
          })),
    ])
    let settingsReader = SettingsReader(reader: reader, environment: environment)
    var settings = try settingsReader.settings()
    try settingsReader.vendors(&settings, file.values, in: name)
    settings.demoDirectory = reader.string(forKey: "demo.directory") ?? ""
    settings.mapping = try MappingKeys.mapping(
      file.values, in: name, resman: settings.resmanKind, domiq: settings.domiqKind,
      lenses: try settings.lenses)
    settings.targets = try TargetKeys.targets(file.values, in: name)
    return settings
  }

  private static func check(_ key: String, in name: String) throws(ConfigurationError) {
    if SettingsKey.all.contains(where: { $0.name == key }) || MappingKeys.contains(key)
      || TargetKeys.contains(key) || VendorKeys.contains(key)
    {
      return
    }
    if let file = SettingsKey.all.first(where: { $0.name == key + "_file" }) {
      throw ConfigurationError(
        "\(name): \(key) is a secret; name a file with \(file.name), or set \(file.variable.dropLast(5))"
      )
    }
    let hint = SettingsKey.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
    throw ConfigurationError("\(name): the key \(key) is not known\(hint)")
  }

  private static func check(variable: String) throws(ConfigurationError) {
    guard variable.hasPrefix("STATUS_SYNC_"), variable != EnvironmentFile.variable else { return }
    let known = SettingsKey.all.map(\.variable)
    let secrets = known.filter { $0.hasSuffix("_FILE") }.map { String($0.dropLast(5)) }
    guard !known.contains(variable), !secrets.contains(variable) else { return }
    let nearest = known.min {
      SettingsKey.distance($0, variable) < SettingsKey.distance($1, variable)
    }
    throw ConfigurationError(
      "the environment variable \(variable) is not known; did you mean \(nearest ?? "another")?")
  }
}

/// A YAML file as keys and texts: `resman: {url: …}` is `resman.url`.
struct ConfigurationFile: Sendable {
  static let maximumBytes = 256 << 10
  /// The number of nodes read, which is bounded because nested aliases may expand without limit.
  private static let maximumNodes = 10_000
  private static let maximumDepth = 16

  private(set) var values: [String: String] = [:]
  private var nodes = 0

  init(_ text: String, named name: String) throws(ConfigurationError) {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      let line = String(describing: error).split(separator: "\n").joined(separator: " ")
      throw ConfigurationError("\(name) is not YAML: \(line)")
    }
    guard let root, root != Node("") else { return }
    guard root.mapping != nil else {
      throw ConfigurationError("\(name): the file is not a mapping of keys to values")
    }
    try add(root, under: "", depth: 0, named: name)
  }

  private mutating func add(
    _ node: Node, under path: String, depth: Int, named name: String
  ) throws(ConfigurationError) {
    nodes += 1
    guard nodes <= Self.maximumNodes, depth <= Self.maximumDepth else {
      throw ConfigurationError("\(name): too many keys, or too deep")
    }
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping {
        guard let text = key.string else {
          throw ConfigurationError("\(name): a key under \(path) is not a text")
        }
        try add(
          value, under: path.isEmpty ? text : "\(path).\(text)", depth: depth + 1, named: name)
      }
    case .scalar(let scalar):
      guard values[path] == nil else {
        throw ConfigurationError("\(name): the key \(path) stands there twice")
      }
      if node.null == nil || scalar.style != .plain { values[path] = scalar.string }
    case .sequence, .alias:
      throw ConfigurationError("\(name): \(path) is a list, a single value is needed")
    }
  }
}
