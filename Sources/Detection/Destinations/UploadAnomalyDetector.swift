import Alerts
import Observations
import Signatures
import Wire

/// Raises `upload-anomaly`: a flow that sent much and received little, to a host that was new.
///
/// AI providers, declared gateways, networks of ours, and the hosts that the catalogue calls familiar to this detector
/// (registries, code hosts, stores) are never told: uploads are what they are for.
struct UploadAnomalyDetector {
  private let settings: UploadAnomalySettings
  private let judge: DestinationJudge
  /// When each host was first contacted.
  private var firstContacts: RecencyTable<String, Int64>
  private var runStart: Int64?

  init(settings: UploadAnomalySettings, judge: DestinationJudge) {
    (self.settings, self.judge) = (settings, judge)
    firstContacts = RecencyTable(limit: settings.rememberedLimit)
  }

  var evictionCount: UInt64 { firstContacts.evictionCount }

  /// A host was contacted; costs one comparison once that is known.
  mutating func contact(_ host: String, _ known: HostMemory.Entry, at time: Int64) {
    guard settings.isEnabled, !known.isSeen else { return }
    known.isSeen = true
    if runStart == nil { runStart = time }
    _ = firstContacts.insert(host, time)
  }

  /// Whether a flow that is over sent enough to be looked at.
  func concerns(_ flow: FlowContext, _ summary: FlowSummary) -> Bool {
    let (sent, received) = (summary.toServer.bytes, summary.toClient.bytes)
    guard settings.isEnabled, sent >= UInt64(clamping: settings.byteCount) else { return false }
    let (least, overflow) = received.multipliedReportingOverflow(by: UInt64(clamping: settings.ratio))
    guard !overflow, sent >= least else { return false }
    let (client, server) = (flow.client.address, flow.server.address)
    // Nothing leaves by a flow to ourselves, and what strangers send to a server of ours comes in.
    return server.isForeign && !judge.isHome(server) && (!client.isPubliclyRoutable || judge.isHome(client))
  }

  mutating func closed(_ contact: Contact, _ summary: FlowSummary) -> Alert? {
    let host = contact.destination.host
    if runStart == nil { runStart = summary.start }
    let start = summary.start
    let first = firstContacts.use(host, else: start) { first in
      first = min(first, start)
      return first
    }
    let isLearning = start &- (runStart ?? start) < settings.learningPeriod
    guard !isLearning, start &- first <= settings.newness, !isSpared(contact) else { return nil }
    return contact.alert(
      .uploadAnomaly, .medium, "Upload to \(host), a host not seen before", category: nil,
      evidence: "\(summary.toServer.bytes) bytes sent, \(summary.toClient.bytes) received in "
        + "\(max(0, summary.end &- start) / 1_000_000_000) s", attack: ["T1567", "T1048"],
      advice: "Find the program that sent this much to a new host; make the host familiar if it is one of yours.")
  }

  private func isSpared(_ contact: Contact) -> Bool {
    let host = contact.destination.host
    if judge.isAnyGateway(host) { return true }
    guard let known = contact.known else { return false }
    return known.isProviders || known.spares.contains(.upload)
  }
}
