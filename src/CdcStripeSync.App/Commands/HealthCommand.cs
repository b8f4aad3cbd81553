using System.CommandLine;

namespace CdcStripeSync.App.Commands;

internal static class HealthCommand
{
    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "Where the page of the running program listens.", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var command = new Command("health", "Ask a running program for its health: exit code 0 where it is well. For containers, whose images hold no curl.") { url };
        command.Runs(async (parsed, cancellationToken) =>
        {
            if (!Uri.TryCreate(parsed.GetValue(url)!.TrimEnd('/') + "/health", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new UserErrorException($"--url {parsed.GetValue(url)} is not an http address", "as in http://127.0.0.1:8080", ExitCode.Usage);
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
            try
            {
                using var answer = await http.GetAsync(address, cancellationToken);
                Console.WriteLine($"{(int)answer.StatusCode} {(await answer.Content.ReadAsStringAsync(cancellationToken)).Trim()}");
                return answer.IsSuccessStatusCode ? ExitCode.Fine : ExitCode.Error;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new UserErrorException($"{address} does not answer: {e.Message}", "the program does not run, or web.url is another", ExitCode.Error, e);
            }
        });
        return command;
    }
}
