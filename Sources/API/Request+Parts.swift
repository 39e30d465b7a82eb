import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Leads
import NIOCore
import StatusSync

extension Request {
  /// Bytes that a body may have.
  static let largestBody = 64 * 1024

  /// The whole body, bounded in size; in time it is bounded by `ConnectionGuard`, which closes the
  /// connection of a client that takes longer, or whose body is not read to its end.
  func bytes() async throws -> [UInt8] {
    if let length = headers[.contentLength].flatMap(Int.init), length > Self.largestBody {
      throw Problem(.bodyTooLarge)
    }
    do {
      let body = try await body.collect(upTo: Self.largestBody)
      return Array(body.readableBytesView)
    } catch is NIOTooManyBytesError {
      throw Problem(.bodyTooLarge)
    } catch is CancellationError {
      throw CancellationError()
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

  /// SHA-256 of everything that makes the request what it is.
  func digest(_ body: [UInt8]) -> String {
    SHA256.hash(data: Array("\(method.rawValue) \(uri.path)\n".utf8) + body)
      .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// True for what a path takes as a step within itself, however it was escaped: it names no lead, and
  /// in an address at ResMan it would name something else.
  static func isStep(_ id: String) -> Bool { id == "." || id == ".." }
}
