/// What a stand-in answers: status, headers, body. Values, so that a first answer can be kept and
/// replayed word for word.
struct Answer: Sendable, Equatable, Codable {
  var status: Int
  var headers: [String: String] = [:]
  var body: [UInt8] = []

  /// An answer with a JSON object.
  static func json(
    _ status: Int = 200, headers: [String: String] = [:], capacity: Int = 512,
    _ members: (inout JSONBody) -> Void
  ) -> Answer {
    var text = JSONBody(capacity: capacity)
    text.object(members)
    var headers = headers
    headers["Content-Type"] = "application/json; charset=utf-8"
    return Answer(status: status, headers: headers, body: text.bytes)
  }

  /// A problem (RFC 9457): a title that is the same for every such problem, and this one's detail.
  /// `missing` names the conditions a lead does not meet (422 only).
  static func problem(
    _ status: Int, _ title: String, detail: String? = nil, headers: [String: String] = [:],
    missing: [String]? = nil
  ) -> Answer {
    var answer = json(status, headers: headers) { text in
      text.member("type", "about:blank")
      text.member("title", title)
      text.member("status", status)
      if let detail { text.member("detail", detail) }
      if let missing {
        text.name("missing")
        text.array(missing) { $0.value($1) }
      }
    }
    answer.headers["Content-Type"] = "application/problem+json"
    return answer
  }
}
