package import Signatures

/// Thresholds of the detectors that look at where traffic goes.
package struct DestinationSettings: Sendable, Equatable {
  package var lookalike = LookalikeSettings()
  package var exfilSink = ExfilSinkSettings()
  package var directIP = DirectIPSettings()
  package var cloudMetadata = CloudMetadataSettings()
  package var uploadAnomaly = UploadAnomalySettings()
  package var beacon = BeaconSettings()
  package var dnsExfiltration = DNSExfiltrationSettings()

  package init() {}
}

/// Of `lookalike-destination`.
package struct LookalikeSettings: Sendable, Equatable {
  package var isEnabled = true
  package init() {}
}

/// Of `exfil-sink`.
package struct ExfilSinkSettings: Sendable, Equatable {
  package var isEnabled = true
  /// Bytes that a flow must send to a place of daily use; with less than this it may be anything.
  package var uploadByteCount = 262_144
  package init() {}
}

/// Of `direct-ip`.
package struct DirectIPSettings: Sendable, Equatable {
  package var isEnabled = true
  /// (client, address) pairs remembered as told; at the bound the one seen longest ago may be told again.
  package var rememberedLimit = 16_384
  package init() {}
}

/// Of `cloud-metadata-access`.
package struct CloudMetadataSettings: Sendable, Equatable {
  package var isEnabled = true
  /// Clients that may ask for credentials.
  package var allowed: [Network] = []
  /// (client, service) pairs remembered as told.
  package var rememberedLimit = 4_096
  package init() {}
}

/// Of `upload-anomaly`.
package struct UploadAnomalySettings: Sendable, Equatable {
  package var isEnabled = true
  /// Bytes of IP datagrams that a flow must send: builds upload artefacts of a few MiB all day.
  package var byteCount = 16 << 20
  /// How many times as many as it receives.
  package var ratio = 4
  /// A host is new for this long after the first contact with it, in nanoseconds.
  package var newness: Int64 = 3_600_000_000_000
  /// Time from the start of the run in which hosts are only learnt, in nanoseconds.
  package var learningPeriod: Int64 = 0
  /// Hosts remembered; at the bound the one that was contacted first longest ago is new again.
  package var rememberedLimit = 65_536
  package init() {}
}

/// Of `beacon`.
package struct BeaconSettings: Sendable, Equatable {
  package var isEnabled = true
  /// Contacts that make a rhythm.
  package var contacts = 8
  /// Median deviation of the intervals, in percent of their median.
  package var jitterPercent = 10
  /// Shortest and longest interval, in nanoseconds.
  package var shortestInterval: Int64 = 5_000_000_000
  package var longestInterval: Int64 = 86_400_000_000_000
  /// (client, host) pairs watched at once; at the bound the one idle longest is forgotten.
  package var trackedLimit = 8_192
  package init() {}
}

/// Of `dns-exfiltration`.
package struct DNSExfiltrationSettings: Sendable, Equatable {
  package var isEnabled = true
  /// Different names that carry data, below one domain, within `window`; those asked for as TXT or NULL count twice.
  package var names = 10
  /// Bytes that those names must carry together.
  package var byteCount = 300
  /// In nanoseconds.
  package var window: Int64 = 600_000_000_000
  /// (client, domain) pairs watched at once; at the bound the one idle longest is forgotten.
  package var trackedLimit = 4_096
  package init() {}
}
