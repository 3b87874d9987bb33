namespace K12Sync.Api.Access;

/// <summary>An answer that is given before the service is asked, in the form its own errors have.</summary>
internal static class Refusal
{
    /// <summary>Writes the answer.</summary>
    public static Task WriteAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        http.Response.Headers["OData-Version"] = "4.0";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(new { error = new { code, message } }, http.RequestAborted);
    }
}
