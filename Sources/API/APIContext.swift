import Hummingbird
import Logging
import NIOCore
import StatusSync

/// What belongs to one request on its way.
struct APIContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// When it came, by the clock.
  var began = Duration.zero
  /// Its connection: a client that is too slow loses it.
  let channel: any Channel
  /// Who calls; null before the key was looked at, and on open paths.
  var caller: Caller?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// The caller of a path that nobody reaches without a key.
  func requireCaller() throws(Problem) -> Caller {
    guard let caller else { throw Problem(.unauthorized) }
    return caller
  }
}
