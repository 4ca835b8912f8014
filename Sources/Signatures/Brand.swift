/// A name that people trust, and the domains that truly are its owner's.
package struct Brand: Sendable, Equatable {
  /// How far the name alone points to its owner.
  package enum Distinctness: String, Sendable, CaseIterable {
    /// Made up: whoever else uses it, or a misspelling of it, means the owner.
    case unique
    /// A word or name that others use with right, or a short one: only clear disguises count.
    case ordinary
  }

  /// One label, lower case: `openai`.
  package var name: String
  package var distinctness: Distinctness
  /// Domains of the owner, with everything below them.
  package var domains: [String]
  /// Words that contain the name or are one letter from it, and mean something else: `openair`.
  package var otherWords: [String]

  package init(name: String, distinctness: Distinctness, domains: [String], otherWords: [String] = []) {
    (self.name, self.distinctness, self.domains) = (name, distinctness, domains)
    self.otherWords = otherWords
  }
}

/// Well-known hosts that some checks would find odd, and that are not.
package struct FamiliarHosts: Sendable, Equatable {
  package var id: String
  package var checks: Set<Check>
  package var hosts: [HostPattern]

  package init(id: String, checks: Set<Check>, hosts: [HostPattern]) {
    (self.id, self.checks, self.hosts) = (id, checks, hosts)
  }

  /// The checks that can be spared, by the names of their detectors.
  package enum Check: String, Sendable, CaseIterable {
    case lookalike = "lookalike-destination"
    case directIP = "direct-ip"
    case upload = "upload-anomaly"
    case beacon
    case dns = "dns-exfiltration"
  }
}
