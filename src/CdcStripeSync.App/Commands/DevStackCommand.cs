using System.CommandLine;
using CdcStripeSync.App.Dev;
using CdcStripeSync.DevStack.Postgres;

namespace CdcStripeSync.App.Commands;

internal static class DevStackCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "The folder that holds all data; a temporary one that is gone afterwards where it is not given." };
        var file = new Option<FileInfo?>("--env-file") { Description = "Write the addresses there too, as NAME='value' lines, when all of it runs." };
        var command = new Command(
            "devstack",
            """
            Run only what surrounds the program: PostgreSQL with the sample shop, Kafka, a registry, a Connect worker that streams, a Stripe simulator.

            Use it as a stack that is somebody else's:   cdc-stripe devstack --env-file stack.env
            In another terminal:                         set -a; . ./stack.env; eng/e2e.sh
            Its Kafka keeps the newest 5 MiB of each partition, and says when that was not enough: let a consumer run while large tables are read.
            """)
        { data, file };
        command.RunsUntilStopped(async (parsed, cancellationToken) =>
        {
            var given = parsed.GetValue(data);
            var folder = given is null ? Directory.CreateTempSubdirectory("cdc-stripe-devstack-").FullName : Path.GetFullPath(given);
            try
            {
                await RunAsync(folder, parsed.GetValue(file), cancellationToken);
                return ExitCode.Fine;
            }
            finally
            {
                if (given is null) Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task RunAsync(string folder, FileInfo? file, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        // PostgreSQL refuses to run as root and runs as another user then, who has to get to its data.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        await using var services = await StartAsync(folder, cancellationToken);
        var lines = services.Variables.Append(("CDC_STRIPE__STRIPE__APIKEY", "sk_test_devstack")).Select(v => $"{v.Item1}='{v.Item2}'").ToList();
        foreach (var line in lines) Console.WriteLine(line);
        Console.WriteLine("# runs until Ctrl-C");
        if (file is not null)
        {
            // Whoever waits for the file finds it whole.
            await File.WriteAllLinesAsync(file.FullName + ".next", lines, cancellationToken);
            File.Move(file.FullName + ".next", file.FullName, overwrite: true);
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async Task<StackServices> StartAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await StackServices.StartAsync(folder, line => Console.Error.WriteLine($"cdc-stripe: note: {line}"), cancellationToken);
        }
        catch (PostgresUnavailableException e)
        {
            throw new UserErrorException(e.Message, e.Hint, ExitCode.Error, e);
        }
    }
}
