import Foundation
import HTTPTypes
import Hummingbird
import Live
import Logging
import NIOCore
import Store
import Synchronization

/// The state of one request while it is processed.
struct APIContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The time of arrival, by the clock.
  var began = Duration.zero
  /// Its connection.
  let channel: any Channel
  /// The caller; null until the key was checked, and on open paths.
  var caller: Caller?
  /// The names of the request in its answer and the log.
  var trace = RequestTrace(id: "")

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// The caller of a path that needs a key.
  /// - Throws: `Problem` where there is none.
  func requireCaller() throws(Problem) -> Caller {
    guard let caller else { throw Problem(.unauthorized) }
    return caller
  }
}

/// The names of a request in its answer, its problem and the log: its id and its caller's name.
final class RequestTrace: Sendable {
  /// The header with the id, in requests and answers.
  static let header = "X-Request-Id"

  let id: String
  private let key = Mutex<String?>(nil)

  init(id: String) { self.id = id }

  /// A caller's own id is kept, so that a request can be followed through several systems. Without one, or
  /// with one that has other characters than a name, the request gets a new one.
  convenience init(of request: Request) {
    let sent = request.headers[named: Self.header] ?? ""
    let isName =
      (1...128).contains(sent.utf8.count)
      && sent.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || [0x2D, 0x2E, 0x5F, 0x3A].contains($0)
      }
    self.init(id: isName ? sent : UUID().uuidString.lowercased())
  }

  /// The name of the caller's key; null where there is none.
  var keyName: String? {
    get { key.withLock { $0 } }
    set { key.withLock { $0 = newValue } }
  }
}
