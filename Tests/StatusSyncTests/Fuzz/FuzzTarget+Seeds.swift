/// The inputs with which mutation begins: examples of the contract, and inputs that once showed a fault.
extension FuzzTarget {
  private static let record = """
    {"resman_lead_id":"L-1","conversation_id":"00000000-0000-4000-8000-000000000002",\
    "property_id":"00000000-0000-4000-8000-000000000001","status":"contacted",\
    "updated_at":"2026-11-01T10:00:00.123456+02:00","lead_score":72,"email":"a@example.com",\
    "phone":"555-0100","tour_datetime":null,"income_verification":false}
    """

  var seeds: [String] {
    switch self {
    case .page, .bothParsers:
      [
        #"{"leads":[\#(Self.record),\#(Self.record)],"next_cursor":"abc","total_count":2}"#,
        #"{"leads":[],"next_cursor":null,"total_count":0}"#,
        #"{"leads":[{"resman_lead_id":"L-1","lead_score":1e300},7,null,{}],"total_count":9e9}"#,
        #"{"leads":[{"resman_lead_id":"L-\u0031","x":"\ud83d","y":[1e400,{"z":-0.5e-3}]}],"next_cursor":"","total_count":1.0}"#,
        #"{"leads":[{"x":12345678901234567890123,"status":"ö🏠\ud83c\udfe0","lead_score":69.99}]}"#,
      ]
    case .neighbours: ["\"new\"", "7", "{\"a\":[1,{}]}", "\"\\u0000\"", "\"x\",\"status\":\"y\""]
    case .lead: [Self.record, #"{"status":"NEW ","lead_score":1e999}"#]
    case .properties:
      [
        #"{"properties":[{"property_id":"00000000-0000-4000-8000-000000000001","name":"A","timezone":"Europe/Berlin"}]}"#,
        #"{"properties":[{"property_id":"P-17"},{"property_id":null,"name":5},7,{"name":"\ud83d"}]}"#,
      ]
    case .history:
      [
        #"{"status_changes":[{"old_status":"new","new_status":"contacted","status_reason":"[0102]","created_at":"2026-01-01T00:00:00Z","context_data":{"intent_id":"x"}}],"total_count":1}"#
      ]
    case .acknowledgement:
      [
        #"{"success":true,"new_status":"contacted","updated_at":"2026-01-01T00:00:00Z","notifications_sent":0,"workflow_actions_triggered":[]}"#,
        #"{"success":false}"#, #"{"success":true,"new_status":"lost"}"#,
      ]
    case .webhookAnswer: ["", "ok", #"{"success":true}"#, #"{"success":false}"#]
    case .problem:
      [#"{"title":"Conditions not met","detail":"needs phone","missing":["phone","email"]}"#]
    case .prospects:
      [
        #"{"prospects":[{"prospectId":"PR-1","propertyId":"00000000-0000-4000-8000-000000000001","mainPersonId":"PE-1","lastModified":"Sat, 28 Nov 2026 02:00:00 GMT","status":"Lost","lostDate":"2026-11-09T00:00:00","lostReason":"Price","people":[{"personId":"PE-1","email":"a@example.com","isMainContact":true}],"communicationLog":[{"interactionType":"CallToProspect","note":"\u0001\""}],"lease":{"status":"Pending"}},{"prospectId":"PR-2","status":"Prospect"},{"prospectId":"PR-2","status":"Prospect"}]}"#,
        #"{"prospects":[]}"#, #"{"prospects":[7,{"prospectId":null},{"status":"a","status":"b"}]}"#,
      ]
    case .mits:
      [
        #"<ResMan><Status>Success</Status><Response><LeadManagement><Prospects><Prospect><Customers><Customer Type="lost"><Identification IDType="ProspectID" IDValue="PR-1"/></Customer></Customers><Events><Event EventType="Cancel" EventDate="2026-11-09T15:04:05+00:00"><EventReasons>Prospect Lost: Price</EventReasons></Event><Event EventType="x" EventDate="0001-01-01"/></Events></Prospect></Prospects></LeadManagement></Response></ResMan>"#,
        "<ResMan/>", #"<!DOCTYPE a [<!ENTITY x "y">]><ResMan>&x;</ResMan>"#,
      ]
    case .signature: ["msg_1\n1760000000\nv1,AAAA v1,c3luYw=="]
    case .csv, .csvPieces:
      ["a,b\r\n1,\"x\"\"y\"\r\n,\"\"\r\n", "a\n\"\n\"\n", "a,b\r\nä,\"\r\n\"\r\n"]
    case .settings:
      [
        "resman: { url: http://127.0.0.1:1, requests_per_second: 20, page_size: 1000 }\n"
          + "policy: { conflict: forward, notify_on_repair: false }\n"
          + "limits: { repair_percent: 20, deadline_seconds: 60 }\n",
        "a: &a [1, 2]\nb: *a\n", "x: &x {y: 1}\nz: {p: *x, q: *x}\n",
      ]
    case .plan:
      [
        #"{"as_of":"2026-01-01T00:00:00Z","digest":"","incomplete":[],"leads":[{"action":"push","base":"new","conversation_id":null,"domiq":"contacted","domiq_raw":"engaged","hops":["contacted"],"irregular":false,"property_id":null,"resman":"new","resman_lead_id":"L-1","resman_raw":"new","rule":11,"target":"contacted","verdict":"domiq_ahead"}],"planned":1,"pulled":1,"verdicts":{},"version":1}"#
      ]
    case .retryAfter: ["120", "Sun, 06 Nov 1994 08:49:37 GMT", "-1", "99999999999999999999"]
    case .instant:
      ["2026-11-01T10:00:00Z", "0001-01-02 00:00:00.1+14:00", "9999-12-30T23:59:60-15:59"]
    case .json: [#"{"a":[1,true,null,"x",1.5,{"b":{}}]}"#]
    }
  }
}
