import Leads

/// The keys under `mapping.domiq` and `mapping.resman`: each is a status of that system, its value the canonical one. They
/// are read from the file only, because their names are not fixed.
enum MappingKeys {
  private static let prefixes = (domiq: "mapping.domiq.", resman: "mapping.resman.")

  static func contains(_ key: String) -> Bool {
    key.hasPrefix(prefixes.domiq) || key.hasPrefix(prefixes.resman)
  }

  /// The mapping of these kinds and what the file adds to it.
  /// - Throws: where a value is no canonical status, or one would not map to DomIQ and back to itself.
  static func mapping(
    _ values: [String: String], in file: String, resman resmanKind: ResManKind,
    domiq domiqKind: DomIQKind, lenses: Lenses
  ) throws(ConfigurationError) -> StatusMapping {
    let domiq = try statuses(values, prefixes.domiq, file)
    let resman = try statuses(values, prefixes.resman, file)
    let own = try VendorKeys.statuses(values, in: file)
    do throws(MappingError) {
      return try StatusMapping.kinds(
        resman: resmanKind, domiq: domiqKind, lenses: lenses, statuses: own
      ).adding(domiq: domiq, resman: resman)
    } catch {
      throw ConfigurationError("\(file): \(own.isEmpty ? "mapping" : "statuses"): \(error)")
    }
  }

  private static func statuses(
    _ values: [String: String], _ prefix: String, _ file: String
  ) throws(ConfigurationError) -> [String: Status] {
    var statuses: [String: Status] = [:]
    for (key, value) in values where key.hasPrefix(prefix) {
      let raw = String(key.dropFirst(prefix.count))
      guard let status = Status(rawValue: value) else {
        throw ConfigurationError(
          "\(file): \(key): \"\(value)\" is not a status; use "
            + Status.allCases.map(\.rawValue).joined(separator: ", "))
      }
      statuses[raw] = status
    }
    return statuses
  }
}
