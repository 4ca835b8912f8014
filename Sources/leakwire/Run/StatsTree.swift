import Alerts
import Capture
import Decryption
import Detection
import Matching
import Outputs
import Protocols
import Sensor
import Streams
import Wire

/// The counters of a run as EVE's `stats` event has them.
enum StatsTree {
  /// Under Suricata's names, with Suricata's meaning.
  static func suricata(
    _ decoder: DecoderCounters, _ counters: SensorCounters, packets: UInt64, capture: CaptureStatistics?,
    seconds: Int64
  ) -> CounterTree {
    let streams = counters.streams
    var captureTree: CounterTree = ["kernel_packets": .count(capture?.received ?? packets)]
    if let capture {
      captureTree.append("kernel_drops", .count(capture.dropped))
      captureTree.append("kernel_ifdrops", .count(capture.interfaceDropped))
    }
    return [
      "uptime": .count(UInt64(clamping: seconds)),
      "capture": .group(captureTree),
      "decoder": .group([
        "pkts": .count(decoder.frames), "bytes": .count(decoder.bytes), "ipv4": .count(decoder.ipv4),
        "ipv6": .count(decoder.ipv6), "tcp": .count(decoder.tcp), "udp": .count(decoder.udp),
        "vlan": .count(decoder.vlan), "invalid": .count(decoder.malformed), "gre": .count(decoder.gre),
        "erspan": .count(decoder.erspan), "vxlan": .count(decoder.vxlan), "geneve": .count(decoder.geneve),
        "teredo": .count(decoder.teredo), "mpls": .count(decoder.mpls),
        "ipv4_in_ipv4": .count(decoder.ipv4InIPv4), "ipv6_in_ipv4": .count(decoder.ipv6InIPv4),
        "ipv4_in_ipv6": .count(decoder.ipv4InIPv6), "ipv6_in_ipv6": .count(decoder.ipv6InIPv6),
        "too_many_layers": .count(decoder.tunnelLimitReached),
      ]),
      "flow": .group([
        "total": .count(streams.flows), "active": .count(UInt64(clamping: counters.activeFlows)),
        "tcp": .count(streams.tcpFlows), "udp": .count(streams.udpFlows),
      ]),
      "tcp": .group([
        "midstream_pickups": .count(streams.midstreamPickups), "reassembly_gap": .count(streams.gaps),
        "overlap": .count(streams.overlaps), "overlap_diff_data": .count(streams.overlapsWithDifferentData),
        "segment_memcap_drop": .count(streams.holdBoundReached),
      ]),
    ]
  }

  /// What Suricata has no name for.
  static func own(
    _ decoder: DecoderCounters, _ counters: SensorCounters, names: (addresses: Int, evictions: UInt64),
    evictions: [(name: String, count: UInt64)], coverage: Coverage, secrets: TLSSecrets?, lateMasks: UInt64,
    policy: PolicyCounts?
  ) -> CounterTree {
    let (streams, protocols) = (counters.streams, counters.protocols)
    var tree: CounterTree = [
      "streams": .group([
        "evicted": .count(streams.evicted), "timed_out": .count(streams.timedOut),
        "duplicates": .count(streams.duplicates), "retransmissions": .count(streams.retransmissions),
        "gap_bytes": .count(streams.gapBytes), "ignored_resets": .count(streams.ignoredResets),
        "out_of_window": .count(streams.outOfWindow),
      ]),
      "protocols": .group([
        "http_flows": .count(protocols.httpFlows), "tls_flows": .count(protocols.tlsFlows),
        "http2_flows": .count(protocols.http2Flows), "websocket_flows": .count(protocols.webSocketFlows),
        "dns_flows": .count(protocols.dnsFlows), "unknown_flows": .count(protocols.unknownFlows),
        "http_requests": .count(protocols.httpRequests),
        "http_responses": .count(protocols.httpResponses),
        "http_resynchronisations": .count(protocols.httpResynchronisations),
        "frame_resynchronisations": .count(protocols.frameResynchronisations),
        "field_block_flaws": .count(protocols.fieldBlockFlaws),
        "dns_messages": .count(protocols.dnsMessages), "dns_flaws": .count(protocols.dnsFlaws),
        "dns_resynchronisations": .count(protocols.dnsResynchronisations),
        "dns_query_tracks_evicted": .count(counters.queryTracksEvicted),
        "head_limit_reached": .count(protocols.headLimitReached),
        "outstanding_limit_reached": .count(protocols.outstandingLimitReached),
        "decompression_failures": .count(protocols.decompressionFailures),
        "expansion_limit_reached": .count(protocols.expansionLimitReached),
        "decoder_limit_reached": .count(protocols.decoderLimitReached),
      ]),
      "tls": .group(tls(protocols)), "quic": .group(quic(protocols.quic)),
      "tunnels": .group(["datagrams": .count(decoder.tunnelled), "gtp": .count(decoder.gtp)]),
      "names": .group([
        "addresses": .count(UInt64(clamping: names.addresses)), "evicted": .count(names.evictions),
      ]),
      "coverage": .group(tree(of: coverage, protocols)),
      "matching": .group(matching(counters.matching)), "unwrapping": .group(unwrapping(counters.unwrapping)),
      "sightings": .count(protocols.credentialSightings), "masked_late": .count(lateMasks),
    ]
    var forgotten: CounterTree = [:]
    for (name, count) in evictions { forgotten.append(name, .count(count)) }
    tree.append("detection_evictions", .group(forgotten))
    if let secrets { tree.append("key_logs", .group(keyLogs(secrets))) }
    if let policy {
      tree.append(
        "policy",
        .group([
          "contacts": .count(policy.contacts), "unexpected": .count(policy.unexpected),
          "suppressed": .count(policy.suppressed.reduce(0, &+)),
        ]))
    }
    return tree
  }

  private static func tls(_ protocols: ProtocolCounters) -> CounterTree {
    [
      "handshakes": .count(protocols.tlsHandshakes), "malformed": .count(protocols.tlsMalformed),
      "lost": .count(protocols.tlsLost), "resynchronisations": .count(protocols.tlsResynchronisations),
      "decrypted_flows": .count(protocols.tlsDecryptedFlows),
      "opened_records": .count(protocols.tlsOpenedRecords),
      "unopened_records": .count(protocols.tlsUnopenedRecords), "wrong_keys": .count(protocols.tlsWrongKeys),
      "held_limit_reached": .count(protocols.tlsHeldLimitReached),
    ]
  }

  private static func matching(_ matching: MatchingCounters) -> CounterTree {
    var drops: CounterTree = [:]
    for reason in DropReason.allCases { drops.append(reason.rawValue, .count(matching.drops[reason])) }
    return [
      "anchors": .count(matching.anchors), "sightings": .count(matching.sightings),
      "given_up": .count(matching.dropped), "failed_scans": .count(matching.failedScans), "no_secrets": .group(drops),
    ]
  }

  private static func unwrapping(_ unwrapping: UnwrapCounters) -> CounterTree {
    [
      "streams": .count(unwrapping.streams), "bytes": .count(unwrapping.bytes),
      "sightings": .count(unwrapping.sightings), "work_limit_reached": .count(unwrapping.exhausted),
      "stream_limit_reached": .count(unwrapping.refusedStreams),
      "memory_limit_reached": .count(unwrapping.refusedDecoders), "unheld": .count(unwrapping.unheld),
    ]
  }

  private static func quic(_ quic: QUICCounters) -> CounterTree {
    [
      "flows": .count(quic.flows), "hellos": .count(quic.hellos), "retries": .count(quic.retries),
      "version_negotiations": .count(quic.versionNegotiations), "opened_packets": .count(quic.openedPackets),
      "hidden_packets": .count(quic.hiddenPackets), "hidden_bytes": .count(quic.hiddenBytes),
      "broken_packets": .count(quic.brokenPackets), "key_updates": .count(quic.keyUpdates),
      "streams": .count(quic.streams), "stream_gaps": .count(quic.streamGaps),
      "unreadable_sections": .count(quic.unreadableSections),
      "crypto_limit_reached": .count(quic.cryptoLimitReached),
      "stream_limit_reached": .count(quic.streamLimitReached),
      "held_limit_reached": .count(quic.heldLimitReached),
      "memory_limit_reached": .count(quic.memoryLimitReached),
    ]
  }

  private static func keyLogs(_ secrets: TLSSecrets) -> CounterTree {
    let counters = secrets.counters
    return [
      "connections": .count(UInt64(clamping: secrets.connectionCount)), "secrets": .count(counters.secrets),
      "lines": .count(counters.lines), "duplicates": .count(counters.duplicates),
      "conflicts": .count(counters.conflicts), "ignored": .count(counters.ignored),
      "malformed": .count(counters.malformed), "forgotten": .count(counters.forgotten),
    ]
  }

  /// What could be read and what could not: in bytes, and in flows by AI provider.
  private static func tree(of coverage: Coverage, _ protocols: ProtocolCounters) -> CounterTree {
    var providers: CounterTree = [:]
    for (id, flows) in coverage.providers { providers.append(id, .group(tree(of: flows))) }
    return [
      "scanned_bytes": .count(protocols.scannedBytes), "encrypted_bytes": .count(protocols.encryptedBytes),
      "ai": .group(providers), "elsewhere_encrypted": .group(tree(of: coverage.elsewhere)),
    ]
  }

  private static func tree(of flows: Coverage.Flows) -> CounterTree {
    [
      "flows": .count(flows.total), "plain": .count(flows.plain), "decrypted": .count(flows.decrypted),
      "partly": .count(flows.partly), "without_keys": .count(flows.withoutKeys),
      "wrong_keys": .count(flows.wrongKeys), "hidden_by_ech": .count(flows.hiddenByECH),
      "hidden_by_quic": .count(flows.hiddenByQUIC), "gapped": .count(flows.gapped),
    ]
  }
}
