using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace CdcStripeSync.App.Hosting;

/// <summary>Structured logs to standard error, so that standard output is the command's own.</summary>
internal sealed class Logs : IDisposable
{
    private readonly Serilog.Core.Logger _logger;
    private readonly SerilogLoggerFactory _factory;

    private Logs(Serilog.Core.Logger logger)
    {
        _logger = logger;
        _factory = new SerilogLoggerFactory(logger);
    }

    public static Logs Create(string level) => new(new LoggerConfiguration()
        .MinimumLevel.Is(Enum.Parse<LogEventLevel>(level, ignoreCase: true))
        .WriteTo.Console(standardErrorFromLevel: LogEventLevel.Verbose, outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}", formatProvider: System.Globalization.CultureInfo.InvariantCulture)
        .CreateLogger());

    public ILogger<T> For<T>() => _factory.CreateLogger<T>();

    public void Dispose()
    {
        _factory.Dispose();
        _logger.Dispose();
    }
}
