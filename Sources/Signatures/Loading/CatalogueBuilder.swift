/// Puts the contents of files together: finds ids that stand twice, lets later directories replace earlier ones, and
/// checks what only all files together can tell.
struct CatalogueBuilder {
  var problems: [SignatureProblem] = []
  private var fileCount = 0
  private var providers: [String: Marked<Provider>] = [:]
  private var credentials: [String: Marked<CredentialSignature>] = [:]
  private var indicators: [String: Marked<Indicator>] = [:]
  private var sinks: [String: Marked<Sink>] = [:]
  private var brands: [String: Marked<Brand>] = [:]
  private var familiarHosts: [String: Marked<FamiliarHosts>] = [:]
  private var declaredProviders: Set<String> = []
  private var namedIssuers: [Marked<String>] = []
  /// Ids of the directory that is being read, each with its kind before it.
  private var seen: [String: SourcePlace] = [:]

  mutating func beginDirectory() { seen = [:] }

  mutating func add(file: String) {
    fileCount += 1
    let log = ProblemLog(file: file)
    if let root = SignatureFile.read(file, log) {
      let contents = FileContents(root, log)
      problems += log.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
      merge(contents)
    } else {
      problems += log.problems
    }
  }

  private mutating func merge(_ contents: FileContents) {
    for item in contents.providers where isNew("provider", item.value.id, item.place) {
      providers[item.value.id] = item
    }
    for item in contents.credentials where isNew("credential", item.value.id, item.place) {
      credentials[item.value.id] = item
    }
    for item in contents.indicators where isNew("indicator", item.value.id, item.place) {
      indicators[item.value.id] = item
    }
    for item in contents.sinks where isNew("sink", item.value.id, item.place) { sinks[item.value.id] = item }
    for item in contents.brands where isNew("brand", item.value.name, item.place) { brands[item.value.name] = item }
    for item in contents.familiarHosts where isNew("list of familiar hosts", item.value.id, item.place) {
      familiarHosts[item.value.id] = item
    }
    declaredProviders.formUnion(contents.declaredProviders)
    namedIssuers += contents.namedIssuers
  }

  private mutating func isNew(_ kind: String, _ id: String, _ place: SourcePlace) -> Bool {
    if let first = seen[kind + " " + id] {
      problems.append(SignatureProblem(place: place, reason: "the \(kind) `\(id)` stands at \(first) already"))
      return false
    }
    seen[kind + " " + id] = place
    return true
  }

  consuming func finish(directories: [String]) -> SignatureSurvey {
    for issuer in namedIssuers where !declaredProviders.contains(issuer.value) {
      let hint = Suggestion.hint(issuer.value, among: declaredProviders)
      problems.append(
        SignatureProblem(place: issuer.place, reason: "no file describes the provider `\(issuer.value)`\(hint)"))
    }
    if problems.isEmpty, credentials.isEmpty {
      problems.append(
        SignatureProblem(
          place: SourcePlace(file: directories.joined(separator: ", ")), reason: "holds no credential signature"))
    }
    let catalogue = Catalogue(
      providers: providers.values.map(\.value), credentials: credentials.values.map(\.value),
      indicators: indicators.values.map(\.value), sinks: sinks.values.map(\.value),
      brands: brands.values.map(\.value), familiarHosts: familiarHosts.values.map(\.value))
    return SignatureSurvey(
      catalogue: catalogue, problems: problems, fileCount: fileCount, places: credentials.mapValues(\.place))
  }
}
