import Signatures

/// Who sent some traffic, as far as it is known.
package struct Originator: Sendable, Hashable {
  package var process: String?
  /// The path of its program.
  package var executable: String?
  package var user: String?
  package var container: String?

  package init(
    process: String? = nil, executable: String? = nil, user: String? = nil, container: String? = nil
  ) {
    (self.process, self.executable, self.user, self.container) = (process, executable, user, container)
  }
}

/// Whose traffic a rule is about: texts in which `*` stands for any characters, in the case in which they are written.
///
/// What is not known of the originator cannot be compared and does not count against it.
package struct Scope: Sendable, Equatable {
  /// The name of the process; with a `/` in it, the path of its program.
  package var process: String?
  package var user: String?
  package var container: String?

  package init(process: String? = nil, user: String? = nil, container: String? = nil) {
    (self.process, self.user, self.container) = (process, user, container)
  }

  package var isEmpty: Bool { self == Scope() }

  package func admits(_ originator: Originator) -> Bool {
    let program = process?.utf8.contains(UInt8(ascii: "/")) == true ? originator.executable : originator.process
    return Self.admits(process, program) && Self.admits(user, originator.user)
      && Self.admits(container, originator.container)
  }

  /// Whether this admits all that `other` does.
  package func covers(_ other: Scope) -> Bool {
    (process == nil || process == other.process) && (user == nil || user == other.user)
      && (container == nil || container == other.container)
  }

  private static func admits(_ pattern: String?, _ value: String?) -> Bool {
    guard let pattern, let value else { return true }
    return HostPattern.glob(value[...].utf8, matches: pattern[...].utf8)
  }
}

extension Scope: CustomStringConvertible {
  /// `process node, user ci`; empty for everyone.
  package var description: String {
    [("process", process), ("user", user), ("container", container)]
      .compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
  }
}
