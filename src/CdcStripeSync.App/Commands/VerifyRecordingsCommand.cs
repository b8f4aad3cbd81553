using System.CommandLine;
using System.Globalization;
using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.App.Commands;

/// <summary>Proves the decoder against recordings of the real thing: one line a recording, and what differs.</summary>
internal static class VerifyRecordingsCommand
{
    public static readonly string Default = Path.Combine("tests", "fixtures", "debezium");

    public static Command Create()
    {
        var folders = new Argument<string[]>("dir")
        {
            Description = $"Recordings, or folders of recordings. Without any: those of {Default}.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("verify-recordings", "Decode recordings and compare each record with what the recording's oracle says. Exit code 3 where anything differs.") { folders };
        command.Runs((parsed, cancellationToken) => RunAsync(parsed.GetValue(folders) is { Length: > 0 } given ? given : [Default], Console.Out, cancellationToken));
        return command;
    }

    /// <exception cref="UserErrorException">A folder holds no recording, or the only one cannot be opened.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> folders, TextWriter output, CancellationToken cancellationToken)
    {
        var recordings = folders.SelectMany(Find).ToList();
        var width = recordings.Max(r => r.Name.Length);
        await output.WriteLineAsync($"{"recording".PadRight(width)} {"records",8} {"equal",8} {"different",9} {"errors",7}");
        var isFine = true;
        foreach (var (name, folder) in recordings)
        {
            var verified = await VerifyAsync(folder, isOneOfMany: recordings.Count > 1, cancellationToken);
            var note = verified.WithoutOracle > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {verified.WithoutOracle} without an oracle, decoded only") : "";
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{name.PadRight(width)} {verified.Records,8} {verified.Equal,8} {verified.Different,9} {verified.Errors,7}{note}"));
            foreach (var finding in verified.Findings) await output.WriteLineAsync("  " + finding);
            isFine &= verified.IsFine;
        }

        return isFine ? ExitCode.Fine : ExitCode.Differs;
    }

    /// <summary>One of many that cannot be opened is an error in its line, so that the others have theirs.</summary>
    private static async Task<VerifiedRecording> VerifyAsync(string folder, bool isOneOfMany, CancellationToken cancellationToken)
    {
        try
        {
            return await new RecordingVerifier(DecodeCommand.Open(folder)).VerifyAsync(cancellationToken);
        }
        catch (UserErrorException e) when (isOneOfMany)
        {
            return new VerifiedRecording(0, 0, 0, 1, 0, [e.Message]);
        }
    }

    private static IEnumerable<(string Name, string Folder)> Find(string folder)
    {
        if (!Directory.Exists(folder)) throw new UserErrorException($"{folder} is no folder", "give the path of a recording, or of a folder of recordings", ExitCode.Usage);
        List<string> found = IsRecording(folder) ? [folder] : [.. Directory.GetDirectories(folder).Where(IsRecording).Order(StringComparer.Ordinal)];
        if (found.Count == 0) throw new UserErrorException($"{folder} holds no recording (records.jsonl[.gz])", "give the path of a recording, or of a folder of recordings", ExitCode.Usage);
        return found.Select(f => (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(f))), f));
    }

    private static bool IsRecording(string folder) => File.Exists(Path.Combine(folder, "records.jsonl")) || File.Exists(Path.Combine(folder, "records.jsonl.gz"));
}
