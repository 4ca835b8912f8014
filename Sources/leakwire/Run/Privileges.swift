import CPrivileges
import Foundation

/// Gives up what is not needed once the capture is open.
///
/// To be called before any other thread starts: capabilities are a thread's own.
enum Privileges {
  /// Becomes `userName` where one is named; otherwise stays who it is, and gives up all capabilities.
  ///
  /// - Returns: one line for the log.
  static func drop(to userName: String?) throws(Failure) -> String {
    guard privileges_forbid_new() == 0 else { throw failure("forbid new privileges") }
    if let userName {
      try become(userName)
      return "privileges dropped: running as \(userName)"
    }
    // Without capabilities uid 0 can still reopen its own logs, and nothing more than a file's owner may.
    guard privileges_clear_capabilities() == 0 else { throw failure("give up capabilities") }
    return "privileges dropped: no capabilities left"
  }

  static var isRoot: Bool { geteuid() == 0 }

  /// CAP_NET_RAW of capabilities(7): what capture needs.
  static var mayCapture: Bool { privileges_effective() & 1 << 13 != 0 }

  private static func become(_ userName: String) throws(Failure) {
    guard let entry = unsafe getpwnam(userName) else {
      throw Failure.usage("--user \(userName): there is no such user")
    }
    let (user, group) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    guard geteuid() != user else { return }
    guard isRoot else {
      throw Failure(code: .noPermission, message: "--user \(userName): only root can become another user")
    }
    var groups = [group]
    guard unsafe setgroups(1, &groups) == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw failure("become \(userName)")
    }
    // A drop that can be undone is none.
    guard setuid(0) != 0 || user == 0 else { throw failure("stay \(userName)") }
  }

  private static func failure(_ step: String) -> Failure {
    Failure(code: .noPermission, message: "cannot \(step): \(unsafe String(cString: strerror(errno)))")
  }
}
