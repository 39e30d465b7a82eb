import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Leads
import NIOCore
import StatusSync

/// What a request's body may be, and how long it may take.
struct BodyLimits: Sendable {
  /// Bytes.
  static let largest = 64 * 1024
  /// Seconds for the whole body.
  var patience: Duration = .seconds(8)
}

extension Request {
  /// The whole body, bounded in size and time. A client that exceeds either loses its connection:
  /// what is still to come would be read to no use.
  func bytes(_ limits: BodyLimits, context: APIContext) async throws -> [UInt8] {
    if let length = headers[.contentLength].flatMap(Int.init), length > BodyLimits.largest {
      context.closeSoon(limits)
      throw Problem(.bodyTooLarge)
    }
    let channel = context.channel
    let late = channel.eventLoop.scheduleTask(in: .init(limits.patience)) {
      channel.close(promise: nil)
    }
    defer { late.cancel() }
    do {
      let body = try await body.collect(upTo: BodyLimits.largest)
      return Array(body.readableBytesView)
    } catch is NIOTooManyBytesError {
      context.closeSoon(limits)
      throw Problem(.bodyTooLarge)
    } catch {
      throw Problem(.requestTimeout)
    }
  }

  /// - Throws: `Problem` unless the body is said to be JSON.
  func requireJSON() throws(Problem) {
    let type = headers[.contentType]?.split(separator: ";").first
      .map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    guard type == "application/json" else { throw Problem(.unsupportedMediaType) }
  }

  /// The `Idempotency-Key`; null where there is none.
  func idempotencyKey() throws(Problem) -> String? {
    guard let key = headers[named: "Idempotency-Key"] else { return nil }
    guard (1...Longest.key).contains(key.utf8.count),
      key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Problem(
        .invalidRequest,
        errors: ["Idempotency-Key: not 1 to \(Longest.key) visible ASCII characters"])
    }
    return key
  }

  /// SHA-256 of everything that makes the request what it is.
  func digest(_ body: [UInt8]) -> String {
    SHA256.hash(data: Array("\(method.rawValue) \(uri.path)\n".utf8) + body)
      .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// One segment of the path, percent-escapes undone.
  func segment(_ index: Int) throws(Problem) -> String {
    let parts = uri.path.split(separator: "/")
    guard parts.indices.contains(index), let text = parts[index].removingPercentEncoding,
      !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { throw Problem(.notFound) }
    return text
  }

  /// A lead's id in the path.
  func leadID() throws(Problem) -> String {
    let id = try segment(3)
    guard id.unicodeScalars.count <= Longest.leadID else { throw Problem(.notFound) }
    return id
  }

  /// A UUID in the path; anything else is not there.
  func id(_ index: Int) throws(Problem) -> UUID {
    guard let id = UUID(uuidString: try segment(index)) else { throw Problem(.notFound) }
    return id
  }

  /// The query's parameters, each at most once.
  /// - Throws: `Problem` for one that is not known.
  func query(_ known: [String]) throws(Problem) -> [String: String] {
    var values: [String: String] = [:]
    for (name, value) in uri.queryParameters {
      let name = String(name)
      guard known.contains(name), values.updateValue(String(value), forKey: name) == nil else {
        throw Problem(.invalidRequest, errors: ["\(name.prefix(64)): not known, or there twice"])
      }
      guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 }),
        value.unicodeScalars.count <= Longest.recipient
      else {
        throw Problem(.invalidRequest, errors: ["\(name): a control character, or too long"])
      }
    }
    return values
  }
}

extension [String: String] {
  /// A time: an instant with an offset, or a day, which is meant whole.
  func instant(_ name: String, _ day: BareDay) throws(Problem) -> Instant? {
    guard let text = self[name] else { return nil }
    if text.utf8.count <= Longest.time, let instant = Instant(text, bareDay: day) {
      return instant
    }
    throw Problem(.invalidRequest, errors: ["\(name): not an ISO 8601 time or day"])
  }

  /// True or false.
  func flag(_ name: String) throws(Problem) -> Bool? {
    guard let text = self[name] else { return nil }
    guard let flag = Bool(text) else {
      throw Problem(.invalidRequest, errors: ["\(name): not true or false"])
    }
    return flag
  }

  /// A whole number within a range.
  func whole(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), range.contains(number), String(number) == text else {
      throw Problem(
        .invalidRequest,
        errors: ["\(name): not a whole number from \(range.lowerBound) to \(range.upperBound)"])
    }
    return number
  }
}

extension APIContext {
  /// Ends the connection when the client has had time to hear why.
  func closeSoon(_ limits: BodyLimits) {
    let channel = channel
    channel.eventLoop.scheduleTask(in: .init(limits.patience)) { channel.close(promise: nil) }
  }
}
