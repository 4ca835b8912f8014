import Observations
import Wire

/// What flows said of themselves before anything was to be judged: names and true clients, by flow, for as long as the
/// flow lives.
struct FlowNotes {
  struct Note {
    /// The name that a TLS client asked for.
    var serverName: String?
    /// The destination that the newest tunnel names, and what named it.
    var tunnel: TunnelOrigin?
    /// The client that the PROXY protocol tells of.
    var client: Endpoint?
    /// The host of the last request with a large body.
    var uploadHost: String?
  }

  /// Body bytes from which on a request's host is remembered for its flow's end.
  private static let largeBody = 65_536

  private var notes: [UInt64: Note] = [:]
  /// Flows remembered; beyond it new ones are not, and are judged by their address.
  private static let limit = 262_144

  subscript(flow: FlowContext) -> Note { notes.isEmpty ? Note() : notes[flow.id] ?? Note() }

  mutating func hello(_ hello: TLSHello, on flow: FlowContext) {
    guard let name = hello.serverName else { return }
    change(flow) { $0.serverName = name }
  }

  mutating func tunnel(_ origin: TunnelOrigin, on flow: FlowContext) {
    change(flow) { note in
      // What was asked for before the tunnel says nothing of what is in it.
      note.serverName = nil
      if origin.host != nil { note.tunnel = origin }
      if let client = origin.client { note.client = client }
    }
  }

  mutating func transaction(_ transaction: HTTPTransaction, on flow: FlowContext) {
    guard transaction.requestBodyByteCount >= Self.largeBody, let host = transaction.request?.host else { return }
    change(flow) { $0.uploadHost = host }
  }

  mutating func closed(_ flow: FlowContext) {
    if !notes.isEmpty { notes[flow.id] = nil }
  }

  private mutating func change(_ flow: FlowContext, _ body: (inout Note) -> Void) {
    guard notes[flow.id] != nil || notes.count < Self.limit else { return }
    body(&notes[flow.id, default: Note()])
  }
}
