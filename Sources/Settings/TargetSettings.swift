import Foundation
import Leads

/// The keys under `targets`: `targets.<name>.<field>`, read from the file only, because the names are not fixed.
enum TargetKeys {
  private static let prefix = "targets."
  private static let limits = Target.Limit.Kind.allCases
  private static let fields =
    ["figure", "status", "property"] + limits.map(\.rawValue) + ["min_n", "weeks"]

  static func contains(_ key: String) -> Bool { key.hasPrefix(prefix) }

  /// The targets, by name.
  /// - Throws: one sentence for the first that is wrong.
  static func targets(
    _ values: [String: String], in file: String
  ) throws(ConfigurationError) -> [Target] {
    var named: [String: [String: String]] = [:]
    for (key, value) in values where contains(key) {
      let parts = key.dropFirst(prefix.count).split(
        separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ConfigurationError(
          "\(file): \(key): a target is targets.NAME with \(fields.joined(separator: ", "))")
      }
      named[String(parts[0]), default: [:]][String(parts[1])] = value
    }
    var targets: [Target] = []
    for (name, own) in named.sorted(by: { $0.key < $1.key }) {
      do throws(Fault) {
        targets.append(try target(name, own))
      } catch {
        throw ConfigurationError("\(file): \(prefix)\(name): \(error.words)")
      }
    }
    return targets
  }

  private struct Fault: Error {
    var words: String
  }

  private static func target(
    _ name: String, _ own: [String: String]
  ) throws(Fault) -> Target {
    if let other = own.keys.sorted().first(where: { !fields.contains($0) }) {
      throw Fault(words: "\(other) is not known; use \(fields.joined(separator: ", "))")
    }
    let figure = try figure(own)
    return Target(
      name: name, figure: figure, status: try status(own, of: figure), place: try place(own),
      limit: try limit(own), minN: try whole(own, "min_n", 0...Int(Int32.max), else: 20),
      weeks: try whole(own, "weeks", 1...52, else: 1))
  }

  private static func figure(_ own: [String: String]) throws(Fault) -> String {
    guard let figure = own["figure"] else { throw Fault(words: "figure is not set") }
    let known = Target.named + Target.byStatus
    guard !known.contains(figure) else { return figure }
    let near = known.map { ($0, SettingsKey.distance(figure, $0)) }.min { $0.1 < $1.1 }
    let hint = near.flatMap { $0.1 <= 8 ? "; did you mean \($0.0)?" : nil } ?? ""
    throw Fault(words: "the figure \"\(figure)\" is not known\(hint)")
  }

  private static func status(
    _ own: [String: String], of figure: String
  ) throws(Fault) -> Status? {
    let takesStatus = Target.byStatus.contains(figure)
    guard let text = own["status"] else {
      guard !takesStatus else { throw Fault(words: "\(figure) needs a status") }
      return nil
    }
    guard takesStatus else { throw Fault(words: "\(figure) takes no status") }
    guard let status = Status(rawValue: text), status != .lost else {
      throw Fault(words: "status: \"\(text)\" is not a status of the funnel")
    }
    return status
  }

  private static func place(_ own: [String: String]) throws(Fault) -> Target.Place {
    switch own["property"] {
    case nil, "portfolio": return .portfolio
    case "each": return .each
    case let text?:
      guard let id = UUID(uuidString: text) else {
        throw Fault(words: "property: \"\(text)\" is not portfolio, each or the id of a property")
      }
      return .property(id)
    }
  }

  private static func limit(_ own: [String: String]) throws(Fault) -> Target.Limit {
    let set = limits.filter { own[$0.rawValue] != nil }
    guard let kind = set.first, set.count == 1, let text = own[kind.rawValue] else {
      let names = limits.map(\.rawValue).joined(separator: ", ")
      throw Fault(words: "exactly one of \(names) has to be set")
    }
    let key = kind.rawValue
    let isPercent = text.hasSuffix("%")
    let digits = (isPercent ? text.dropLast() : text[...]).trimmingCharacters(in: .whitespaces)
    guard let number = Double(digits), number.isFinite, number >= 0 else {
      throw Fault(words: "\(key): \"\(text)\" is not a number from 0 on, with or without %")
    }
    guard kind.isPercent else { return Target.Limit(kind, isPercent ? number / 100 : number) }
    guard number > 0, kind == .risesPercent || number <= 100 else {
      throw Fault(
        words: kind == .risesPercent
          ? "rises_percent has to be more than 0"
          : "falls_percent has to be from 0 to 100, and not 0")
    }
    return Target.Limit(kind, number)
  }

  private static func whole(
    _ own: [String: String], _ key: String, _ range: ClosedRange<Int>, else standard: Int
  ) throws(Fault) -> Int {
    guard let text = own[key] else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw Fault(
        words:
          "\(key): \"\(text)\" is not a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }
}

extension Target {
  /// The keys that give it, with their effective values.
  package var keys: [String: String] {
    var keys = ["figure": figure, "min_n": "\(minN)", "weeks": "\(weeks)"]
    keys["status"] = status?.rawValue
    switch place {
    case .portfolio: keys["property"] = "portfolio"
    case .each: keys["property"] = "each"
    case .property(let id): keys["property"] = id.uuidString.lowercased()
    }
    keys[limit.kind.rawValue] = "\(limit.value)"
    return Dictionary(uniqueKeysWithValues: keys.map { ("targets.\(name).\($0.key)", $0.value) })
  }
}
