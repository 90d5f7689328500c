"use client";
export { default } from "@/app/o/[slug]/error";
