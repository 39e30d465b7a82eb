import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Leads
import Live
import NIOCore

extension Request {
  /// Bytes that a body may have.
  static let largestBody = 64 * 1024

  /// The whole body, bounded in size. `ConnectionGuard` bounds the time: it closes the connection of a client
  /// that takes longer, or whose body is not read to its end.
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

  /// - Throws: `Problem` unless `Content-Type` says JSON.
  func requireJSON() throws(Problem) {
    let type = headers[.contentType]?.split(separator: ";").first
      .map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    guard type == "application/json" else { throw Problem(.unsupportedMediaType) }
  }

  /// SHA-256 of method, path and body: two requests with the same digest are the same request.
  func digest(_ body: [UInt8]) -> String {
    SHA256.hash(data: Array("\(method.rawValue) \(uri.path)\n".utf8) + body)
      .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// True for `.` and `..`, however they were escaped: they name no lead, and in an address at ResMan they
  /// would name another path.
  static func isStep(_ id: String) -> Bool { id == "." || id == ".." }
}
