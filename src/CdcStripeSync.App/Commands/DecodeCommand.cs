using System.CommandLine;
using CdcStripeSync.Debezium.Recordings;

namespace CdcStripeSync.App.Commands;

internal static class DecodeCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "A recording: records.jsonl[.gz] and schemas.json." };
        var format = new Option<string>("--format") { Description = "avro-json: unions as {\"branch\": value}, bytes as ISO-8859-1 text.", DefaultValueFactory = _ => "avro-json" };
        format.AcceptOnlyFromAmong("avro-json");
        var command = new Command("decode", "Print a recording's records, one line of JSON each: topic, partition, offset, key and value, or the error.") { folder, format };
        command.Runs(async (parsed, cancellationToken) =>
        {
            var recording = Open(parsed.GetValue(folder)!);
            var decoder = new RecordingDecoder(recording);
            var failed = false;
            await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
            foreach (var recorded in recording.Records())
            {
                var line = await decoder.LineAsync(recorded.Record, cancellationToken);
                failed |= line.Contains("\"error\":", StringComparison.Ordinal) && System.Text.Json.JsonDocument.Parse(line).RootElement.TryGetProperty("error", out _);
                await output.WriteLineAsync(line);
            }

            return failed ? ExitCode.Differs : ExitCode.Fine;
        });
        return command;
    }

    /// <exception cref="UserErrorException">The folder holds no recording.</exception>
    public static Recording Open(string folder)
    {
        try
        {
            return Recording.Open(folder);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or RecordingException)
        {
            throw new UserErrorException(e.Message, e is RecordingException ? "record it again, or mend the file" : "give the path of a recording's folder", ExitCode.Usage);
        }
    }
}
